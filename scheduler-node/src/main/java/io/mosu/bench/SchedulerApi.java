// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/**
 * The scheduler nodes of a cluster, over kept connections. What one does not answer, the next may.
 */
public final class SchedulerApi {

  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(2);
  private static final Duration REQUEST_LIMIT = Duration.ofSeconds(30);
  private static final Duration READ_PATIENCE = Duration.ofSeconds(60);
  private static final long PAUSE_MS_MIN = 50;
  private static final long PAUSE_MS_MAX = 1_000;
  private static final int PAGE_SIZE = 1_000;

  private final HttpClient client =
      HttpClient.newBuilder()
          .version(HttpClient.Version.HTTP_1_1)
          .connectTimeout(CONNECT_LIMIT)
          .build();
  private final List<String> bases;

  /**
   * @param addresses host:port of each scheduler node
   */
  public SchedulerApi(List<String> addresses) {
    if (addresses.isEmpty()) {
      throw new IllegalArgumentException("no address of a scheduler node");
    }
    this.bases =
        addresses.stream().map(a -> a.startsWith("http") ? a : "http://" + a.strip()).toList();
  }

  /** What a scheduler node answered. */
  public record Answer(int status, JsonNode body) {
    boolean accepted() {
      return status == 200 || status == 201;
    }

    /** Whether another node, or the same one later, may answer better. */
    boolean passing() {
      return status >= 500;
    }

    String reason() {
      return body.path("reason").asText("HTTP_" + status);
    }
  }

  /** Each scheduler node's base URL. */
  public List<String> bases() {
    return bases;
  }

  /**
   * Submits a job until a node takes it in or refuses it for good: under one key, so that it is
   * taken in once.
   *
   * @param first which of the nodes to ask first
   * @param patience after which the last answer counts, whatever it is
   */
  public CompletableFuture<Answer> submit(String spec, String key, int first, Duration patience) {
    long endNanos = System.nanoTime() + patience.toNanos();
    return submit(spec, key, first, 0, endNanos);
  }

  private CompletableFuture<Answer> submit(
      String spec, String key, int node, int tries, long endNanos) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(Math.floorMod(node, bases.size()), "/v1/jobs"))
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(spec))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .handle((response, broken) -> response == null ? unanswered(broken) : answer(response))
        .thenCompose(
            answer -> {
              if (!answer.passing() || System.nanoTime() > endNanos) {
                return CompletableFuture.completedFuture(answer);
              }
              return CompletableFuture.runAsync(
                      () -> {},
                      CompletableFuture.delayedExecutor(pauseMs(tries), TimeUnit.MILLISECONDS))
                  .thenCompose(paused -> submit(spec, key, node + 1, tries + 1, endNanos));
            });
  }

  /** One answer to one request, and whether it says when to try again. */
  record Once(Answer answer, boolean retryAfter) {}

  /** Submits to one node, once. */
  CompletableFuture<Once> once(int node, String spec, String key) {
    HttpRequest request =
        HttpRequest.newBuilder(uri(node, "/v1/jobs"))
            .timeout(REQUEST_LIMIT)
            .header("Content-Type", "application/json")
            .header("Idempotency-Key", key)
            .POST(HttpRequest.BodyPublishers.ofString(spec))
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.ofByteArray())
        .thenApply(
            response ->
                new Once(
                    answer(response), response.headers().firstValue("Retry-After").isPresent()));
  }

  /** Reads from any node, for as long as one is to be waited for. */
  public Answer get(String path) {
    long endNanos = System.nanoTime() + READ_PATIENCE.toNanos();
    for (int tries = 0; ; tries++) {
      Answer answer = get(tries % bases.size(), path);
      if (!answer.passing() || System.nanoTime() > endNanos) {
        return answer;
      }
      LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(pauseMs(tries)));
    }
  }

  /** Reads from one node. */
  public Answer get(int node, String path) {
    HttpRequest request = HttpRequest.newBuilder(uri(node, path)).timeout(REQUEST_LIMIT).build();
    try {
      return answer(client.send(request, HttpResponse.BodyHandlers.ofByteArray()));
    } catch (IOException broken) {
      return unanswered(broken);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return unanswered(interrupted);
    }
  }

  /** All jobs, page by page. */
  public List<JsonNode> jobs(String query) {
    List<JsonNode> jobs = new ArrayList<>();
    String path = "/v1/jobs?pageSize=" + PAGE_SIZE + (query.isEmpty() ? "" : "&" + query);
    String token = "";
    do {
      Answer answer = get(token.isEmpty() ? path : path + "&pageToken=" + token);
      if (!answer.accepted()) {
        throw new IllegalStateException("GET " + path + ": " + answer);
      }
      answer.body().path("jobs").forEach(jobs::add);
      token = answer.body().path("nextPageToken").asText("");
    } while (!token.isEmpty() && !token.equals("null"));
    return jobs;
  }

  /** All GPU nodes. */
  public List<JsonNode> nodes() {
    List<JsonNode> nodes = new ArrayList<>();
    get("/v1/nodes").body().path("nodes").forEach(nodes::add);
    return nodes;
  }

  /** Cancels a job; one that has ended stays as it is. */
  CompletableFuture<Integer> cancel(String job, int node) {
    HttpRequest request =
        HttpRequest.newBuilder(
                uri(Math.floorMod(node, bases.size()), "/v1/jobs/" + job + ":cancel"))
            .timeout(REQUEST_LIMIT)
            .POST(HttpRequest.BodyPublishers.noBody())
            .build();
    return client
        .sendAsync(request, HttpResponse.BodyHandlers.discarding())
        .thenApply(HttpResponse::statusCode);
  }

  /** Looks again and again; whether the condition came true in time. */
  public static boolean await(BooleanSupplier condition, Duration limit) {
    return await(condition, Duration.ofMillis(PAUSE_MS_MIN), limit);
  }

  /** As above, with a pause between two looks: a look costs the cluster that is measured. */
  static boolean await(BooleanSupplier condition, Duration pause, Duration limit) {
    long endNanos = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > endNanos) {
        return false;
      }
      LockSupport.parkNanos(pause.toNanos());
    }
    return true;
  }

  private URI uri(int node, String path) {
    return URI.create(bases.get(node) + path);
  }

  private static Answer answer(HttpResponse<byte[]> response) {
    try {
      return new Answer(
          response.statusCode(),
          response.body().length == 0 ? JSON.missingNode() : JSON.readTree(response.body()));
    } catch (IOException noJson) {
      throw new UncheckedIOException("no JSON from " + response.uri(), noJson);
    }
  }

  static Answer unanswered(Throwable broken) {
    return new Answer(
        599, JSON.createObjectNode().put("reason", "UNANSWERED").put("detail", broken.toString()));
  }

  private static long pauseMs(int tries) {
    long ms = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN << Math.min(tries, 10));
    return ms + ThreadLocalRandom.current().nextLong(ms / 4 + 1);
  }
}
