// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** A scheduler node that places every second job at once, and can be made to refuse. */
final class FakeCluster implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final HttpServer server;
  private final ExecutorService executor = Executors.newCachedThreadPool();
  private final Map<String, ObjectNode> jobs = new LinkedHashMap<>();
  private final List<Integer> refusals = new ArrayList<>();
  private int submissions;
  private int most;
  private int now;

  FakeCluster() {
    try {
      server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    } catch (IOException failed) {
      throw new UncheckedIOException(failed);
    }
    server.setExecutor(executor);
    server.createContext("/", this::answer);
    server.start();
  }

  String address() {
    return "127.0.0.1:" + server.getAddress().getPort();
  }

  /** The next submissions are refused with these statuses. */
  synchronized FakeCluster refuse(Integer... statuses) {
    refusals.addAll(List.of(statuses));
    return this;
  }

  synchronized int submissions() {
    return submissions;
  }

  synchronized int jobs() {
    return jobs.size();
  }

  /** Submissions that were being answered at the same time, at most. */
  synchronized int most() {
    return most;
  }

  private void answer(HttpExchange exchange) throws IOException {
    byte[] body = exchange.getRequestBody().readAllBytes();
    String path = exchange.getRequestURI().getPath();
    if (exchange.getRequestMethod().equals("POST")) {
      submit(exchange, JSON.readTree(body));
    } else {
      send(exchange, 200, read(path));
    }
  }

  private void submit(HttpExchange exchange, JsonNode spec) throws IOException {
    String key = exchange.getRequestHeaders().getFirst("Idempotency-Key");
    int status;
    JsonNode answer;
    synchronized (this) {
      submissions++;
      most = Math.max(most, ++now);
      status = refusals.isEmpty() ? (jobs.containsKey(key) ? 200 : 201) : refusals.remove(0);
      answer =
          status < 300
              ? jobs.computeIfAbsent(key, k -> job(spec))
              : JSON.createObjectNode().put("reason", "NO_" + status);
    }
    synchronized (this) {
      now--;
    }
    send(exchange, status, answer);
  }

  private ObjectNode job(JsonNode spec) {
    int number = jobs.size() + 1;
    boolean placed = number % 2 == 1;
    ObjectNode job =
        JSON.createObjectNode()
            .put("id", spec.path("tenant").asText() + "-" + number)
            .put("name", spec.path("name").asText())
            .put("state", placed ? "RUNNING" : "QUEUED")
            .put("gpus", 1)
            .put("submittedAt", "2026-01-01T00:00:00Z");
    if (placed) {
      job.put("placedAt", "2026-01-01T00:00:00.500Z").put("submitToConfirmMs", 500);
    } else {
      job.put("reason", "NO_CAPACITY").putNull("placedAt").putNull("submitToConfirmMs");
    }
    return job;
  }

  private synchronized JsonNode read(String path) {
    ObjectNode answer = JSON.createObjectNode();
    switch (path) {
      case "/v1/stats" ->
          answer
              .putObject("counters")
              .put("row.Submitted", jobs.size())
              .put("row.Placed", (jobs.size() + 1) / 2)
              .put("message.CallForProposals", 4 * jobs.size())
              .put("message.Renewal", 1_000);
      case "/v1/nodes" -> answer.putArray("nodes").addObject().put("gpus", 8).put("state", "UP");
      default -> {
        ArrayNode list = answer.putArray("jobs");
        jobs.values().forEach(list::add);
        answer.putNull("nextPageToken");
      }
    }
    return answer;
  }

  private static void send(HttpExchange exchange, int status, JsonNode body) throws IOException {
    byte[] bytes = JSON.writeValueAsBytes(body);
    exchange.sendResponseHeaders(status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  @Override
  public void close() {
    server.stop(0);
    executor.shutdownNow();
  }
}
