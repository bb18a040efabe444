// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A scheduler node that answers as its test says, and remembers what it was asked. */
final class FakeSchedulerNode implements AutoCloseable {
  /** What one request said. */
  record Seen(String request, String idempotencyKey, String contentType, String body) {}

  @FunctionalInterface
  interface Answer {
    void to(HttpExchange exchange) throws IOException;
  }

  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Map<String, Queue<Answer>> answers = new ConcurrentHashMap<>();
  private final Queue<Seen> seen = new ConcurrentLinkedQueue<>();
  private volatile Answer otherwise = problem(404, "UNKNOWN_JOB", "not scripted");

  FakeSchedulerNode() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new IllegalStateException(failed);
    }
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** Answers, in turn, to requests such as {@code GET /v1/jobs/a-1?waitMs=}; the last one stays. */
  FakeSchedulerNode on(String request, Answer... inTurn) {
    answers.put(request, new ArrayDeque<>(List.of(inTurn)));
    return this;
  }

  FakeSchedulerNode otherwise(Answer answer) {
    otherwise = answer;
    return this;
  }

  List<Seen> seen() {
    return List.copyOf(seen);
  }

  List<String> requests() {
    return seen.stream().map(Seen::request).toList();
  }

  static Answer json(int status, String body) {
    return send(status, "application/json", body);
  }

  static Answer problem(int status, String reason, String detail) {
    return send(
        status,
        "application/problem+json",
        """
        {"type":"https://mosu.invalid/problems/x","title":"t","status":%d,"reason":"%s",
         "detail":"%s","advice":"do this"}"""
            .formatted(status, reason, detail));
  }

  static Answer text(String body) {
    return send(200, "text/plain", body);
  }

  static Answer send(int status, String type, String body) {
    return exchange -> send(exchange, status, type, body);
  }

  /** Sends a part of a chunked body and then drops the connection, as a node does that dies. */
  static Answer brokenAfter(String part) {
    return exchange -> {
      exchange.sendResponseHeaders(200, 0);
      OutputStream body = exchange.getResponseBody();
      body.write(part.getBytes(StandardCharsets.UTF_8));
      body.flush();
      throw new IOException("dropped");
    };
  }

  private static void send(HttpExchange exchange, int status, String type, String body)
      throws IOException {
    byte[] bytes = body.getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().set("Content-Type", type);
    exchange.sendResponseHeaders(status, bytes.length == 0 ? -1 : bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private void answer(HttpExchange exchange) throws IOException {
    String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
    String request = exchange.getRequestMethod() + " " + exchange.getRequestURI();
    seen.add(
        new Seen(
            request, header(exchange, "Idempotency-Key"), header(exchange, "Content-Type"), body));
    scripted(request).to(exchange);
  }

  private static String header(HttpExchange exchange, String name) {
    String value = exchange.getRequestHeaders().getFirst(name);
    return value == null ? "" : value;
  }

  /** The longest scripted beginning of the request wins. */
  private Answer scripted(String request) {
    String best = "";
    for (String script : answers.keySet()) {
      if (request.startsWith(script) && script.length() > best.length()) {
        best = script;
      }
    }
    Queue<Answer> queue = answers.get(best);
    if (queue == null) {
      return otherwise;
    }
    synchronized (queue) {
      Answer next = queue.size() > 1 ? queue.poll() : queue.peek();
      return next == null ? otherwise : next;
    }
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
