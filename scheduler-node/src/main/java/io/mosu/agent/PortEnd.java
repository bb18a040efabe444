// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;

/** A TCP connection to a port of this host's loopback. */
final class PortEnd implements FarEnd {
  private static final int CONNECT_LIMIT_MS = 2_000;

  private final Socket socket;
  private final InputStream from;
  private final OutputStream to;

  private PortEnd(Socket socket) throws IOException {
    this.socket = socket;
    this.from = socket.getInputStream();
    this.to = new HalfClosing(socket);
  }

  static PortEnd open(int port) throws StreamRefusal {
    Socket socket = new Socket();
    try {
      socket.setTcpNoDelay(true);
      socket.connect(
          new InetSocketAddress(InetAddress.getByAddress(new byte[] {127, 0, 0, 1}), port),
          CONNECT_LIMIT_MS);
      return new PortEnd(socket);
    } catch (IOException failure) {
      close(socket);
      throw new StreamRefusal(Refusal.PORT_CLOSED, "nothing answers at port " + port);
    }
  }

  @Override
  public List<Output> outputs() {
    return List.of(new Output(StreamPart.Channel.OUTPUT, from));
  }

  @Override
  public OutputStream input() {
    return to;
  }

  @Override
  public CompletionStage<Boolean> resize(int rows, int columns) {
    return CompletableFuture.completedStage(true);
  }

  @Override
  public void signal(StreamPart.Signal.Kind kind) {}

  @Override
  public CompletionStage<Integer> exit() {
    return CompletableFuture.completedStage(-1);
  }

  @Override
  public void close() {
    close(socket);
  }

  private static void close(Socket socket) {
    try {
      socket.close();
    } catch (IOException broken) {
      return; // then it is closed as well
    }
  }

  /** Its end leaves the way back open: the answer may still be on its way. */
  private static final class HalfClosing extends OutputStream {
    private final Socket socket;
    private final OutputStream bytes;

    HalfClosing(Socket socket) throws IOException {
      this.socket = socket;
      this.bytes = socket.getOutputStream();
    }

    @Override
    public void write(int b) throws IOException {
      bytes.write(b);
    }

    @Override
    public void write(byte[] from, int offset, int length) throws IOException {
      bytes.write(from, offset, length);
    }

    @Override
    public void close() throws IOException {
      socket.shutdownOutput();
    }
  }
}
