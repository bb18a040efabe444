// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.http.HttpClient;
import java.util.concurrent.Callable;
import java.util.concurrent.Semaphore;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "tunnel",
    description =
        "Carry TCP connections from here to a port that a job declared, such as a notebook's, until"
            + " the job ends.")
final class TunnelCommand implements Callable<Integer> {
  private static final int BYTES = 16 * 1024;
  private static final int PORT_MAX = 65_535;
  private static final int CONNECTIONS_MAX = 64;

  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(index = "0", paramLabel = "JOB[/TASK]", description = "The job, or one of its tasks.")
  String target = "";

  @Parameters(
      index = "1",
      paramLabel = "[LOCALPORT:]PORT",
      description = "The port here (default: the same; 0: any) and that of the task.")
  String ports = "";

  TunnelCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    StreamTarget task = StreamTarget.parse(target);
    int colon = ports.indexOf(':');
    int far = port(ports.substring(colon + 1), 1);
    int near = colon < 0 ? far : port(ports.substring(0, colon), 0);
    String path = task.path("tunnel") + "&port=" + far;
    client.webSocketAddress(path); // what is refused is refused before anybody connects
    try (ServerSocket server = new ServerSocket(near, 0, InetAddress.getLoopbackAddress())) {
      session
          .out()
          .println("127.0.0.1:" + server.getLocalPort() + " leads to port " + far + " of " + task);
      Thread accepting = new Thread(() -> accept(server, client, path), "accept");
      accepting.setDaemon(true);
      accepting.start();
      Job ended = new JobWatch(client, session.clock(), task.job()).untilEnded();
      session.err().println(ended.line());
      return ExitCodes.OK;
    } catch (IOException taken) {
      throw CliFailure.usage(
          "cannot listen on 127.0.0.1:" + near + ": " + taken.getMessage(),
          "name another local port, as in 0:" + far + " for any free one");
    }
  }

  private void accept(ServerSocket server, ApiClient client, String path) {
    HttpClient http = StreamSocket.http();
    Semaphore free = new Semaphore(CONNECTIONS_MAX);
    try {
      while (true) {
        free.acquireUninterruptibly();
        Socket socket = server.accept();
        Thread carrier =
            new Thread(
                () -> {
                  try {
                    carry(socket, http, client, path);
                  } finally {
                    free.release();
                  }
                },
                "carry");
        carrier.setDaemon(true);
        carrier.start();
      }
    } catch (IOException closed) {
      return; // with the job's end
    }
  }

  private void carry(Socket socket, HttpClient http, ApiClient client, String path) {
    try (socket) {
      socket.setTcpNoDelay(true);
      OutputStream to = socket.getOutputStream();
      try (StreamSocket stream =
          StreamSocket.open(
              http, client, path, JsonObject.empty(), (bytes, error) -> to.write(bytes))) {
        Thread sender = new Thread(() -> send(socket, stream), "send");
        sender.setDaemon(true);
        sender.start();
        StreamEnding ending = stream.ended().join();
        if (!ending.isFinished() && !ending.end().equals("LEFT")) {
          session.err().println("connection ended: " + ending.detail());
        }
      }
    } catch (CliFailure failure) {
      session.err().print(failure.lines());
    } catch (IOException gone) {
      return; // who connected here has left
    }
  }

  private static void send(Socket socket, StreamSocket stream) {
    byte[] bytes = new byte[BYTES];
    try {
      for (int n = socket.getInputStream().read(bytes);
          n >= 0;
          n = socket.getInputStream().read(bytes)) {
        stream.input(bytes, n);
      }
      stream.endInput();
    } catch (IOException gone) {
      stream.close();
    }
  }

  private static int port(String text, int min) {
    if (!text.matches("[0-9]{1,5}")
        || Integer.parseInt(text) < min
        || Integer.parseInt(text) > PORT_MAX) {
      throw CliFailure.usage("no port: " + text, "write PORT or LOCALPORT:PORT, as in 8888");
    }
    return Integer.parseInt(text);
  }
}
