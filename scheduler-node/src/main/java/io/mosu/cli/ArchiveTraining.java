// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/**
 * Runs the verbs once against canned answers, so that the virtual machine that runs it can write
 * the classes they load into an archive for class data sharing. Only {@code scripts/mosu} calls it.
 */
public final class ArchiveTraining {
  private static final String JOB =
      """
      {"id":"a-1","tenant":"a","name":"job","state":"COMPLETED","reason":null,"nodes":1,"gpus":0.5,
       "attempt":1,"submittedAt":"2026-01-01T00:00:00Z","exitCode":0,
       "placement":[{"rank":0,"node":"n-1","devices":[0],"exitCode":0}]}""";

  private ArchiveTraining() {}

  public static void main(String[] args) throws IOException {
    HttpServer server =
        HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", ArchiveTraining::answer);
    server.start();
    String address = "127.0.0.1:" + server.getAddress().getPort();
    execute("", "ps", "--address", address);
    execute("", "ps", "-o", "json", "--address", address);
    execute("", "why", "a-1", "--address", address);
    execute("", "node", "ls", "--address", address);
    execute("", "cancel", "a-1", "--address", address);
    execute("", "wait", "a-1", "--address", address);
    execute("command: [a]", "submit", "-", "--address", address);
    execute("", "run", "--gpus", "1", "--address", address, "--", "true");
    execute("", "ps", "--retry-for", "0", "--address", "127.0.0.1:1");
    execute("", "--help");
    server.stop(0);
    System.exit(0);
  }

  private static void execute(String input, String... args) {
    PrintStream nowhere =
        new PrintStream(OutputStream.nullOutputStream(), true, StandardCharsets.UTF_8);
    byte[] in = input.getBytes(StandardCharsets.UTF_8);
    MosuCommandLine.execute(
        args,
        new Session(nowhere, nowhere, new ByteArrayInputStream(in), Map.of(), Clock.systemUTC()));
  }

  private static void answer(HttpExchange exchange) throws IOException {
    String path = exchange.getRequestURI().getPath();
    boolean isList = path.equals("/v1/jobs") && exchange.getRequestMethod().equals("GET");
    String text = isList ? "{\"jobs\":[" + JOB + "],\"nextPageToken\":null}" : JOB;
    byte[] body = text.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", "application/json");
    exchange.sendResponseHeaders(200, body.length);
    exchange.getResponseBody().write(body);
    exchange.close();
  }
}
