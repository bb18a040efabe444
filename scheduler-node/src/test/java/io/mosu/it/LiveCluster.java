// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.bench.SchedulerApi;
import io.mosu.bench.Specs;
import io.mosu.bench.Submission;
import io.mosu.bench.Submitter;
import io.mosu.scheduler.metering.JournalCheck;
import io.mosu.scheduler.metering.JournalReport;
import io.mosu.testing.ForkedAgent;
import io.mosu.testing.ForkedServer;
import io.mosu.testing.PostgresServer;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BooleanSupplier;
import java.util.function.IntConsumer;
import java.util.function.Supplier;
import java.util.stream.IntStream;

/** Three scheduler nodes, each a JVM, on a PostgreSQL of their own, and agents. */
final class LiveCluster implements AutoCloseable {

  static final int NODES = 3;

  private static final Duration LIMIT = Duration.ofSeconds(90);
  private static final List<String> OPTIONS = List.of("-Xmx384m", "-XX:TieredStopAtLevel=1");
  private static final int IN_FLIGHT = 32;
  private static final String ACTIVE = "state=QUEUED,STARTING,RUNNING,STOPPING";

  private final PostgresServer database = PostgresServer.start();
  private final List<ForkedServer> servers;
  private final List<ForkedAgent> agents = new ArrayList<>();
  private final SchedulerApi api;

  LiveCluster() {
    servers = ForkedServer.startCluster(NODES, database.url(), OPTIONS);
    api =
        new SchedulerApi(
            servers.stream().map(server -> "127.0.0.1:" + server.ports().http()).toList());
  }

  PostgresServer database() {
    return database;
  }

  List<ForkedServer> servers() {
    return servers;
  }

  SchedulerApi api() {
    return api;
  }

  /** An agent whose {@code nodes} are up, on every scheduler node's board, when this returns. */
  LiveCluster agent(String name, int nodes, String... arguments) {
    List<String> words = new ArrayList<>(List.of("--name", name, "--supplier", "aurora"));
    words.addAll(List.of("--state", state(name), "--nodes", Integer.toString(nodes)));
    words.addAll(List.of("--cpus", "96", "--memory-mib", "524288"));
    words.addAll(List.of(arguments));
    long before = nodesUp(0);
    agents.add(ForkedAgent.start(name, servers.stream().map(ForkedServer::ports).toList(), words));
    await(
        "nodes of " + name,
        () -> IntStream.range(0, servers.size()).allMatch(node -> nodesUp(node) >= before + nodes),
        () -> nodesUp(0) + " up");
    return this;
  }

  /** Submits one-GPU jobs of {@code tenants} tenants; returns when all were answered. */
  List<Submitter.Outcome> submit(int jobs, int tenants, IntConsumer progress) {
    Specs.Ask ask = new Specs.Ask(1, 0, List.of(), 1_000, 512);
    List<Submission> submissions =
        IntStream.range(0, jobs)
            .mapToObj(
                i ->
                    new Submission(
                        "whole",
                        Specs.job("job", "t" + i % tenants, 1, ask, List.of("true")),
                        "key-" + i))
            .toList();
    return new Submitter(api, IN_FLIGHT, 0).run(submissions, progress);
  }

  /** Waits until no job is active, however that may have come to be. */
  void awaitAllEnded() {
    await("the end of all jobs", () -> api.jobs(ACTIVE).isEmpty(), () -> api.jobs(ACTIVE));
  }

  /** The journal's check, once no lease is on its way. */
  JournalReport verified() {
    JournalReport[] report = new JournalReport[1];
    await(
        "leases to settle",
        () -> {
          report[0] = JournalCheck.of(database.url(), database.user());
          return report[0].settled();
        },
        () -> report[0]);
    return report[0];
  }

  JsonNode get(String path) {
    SchedulerApi.Answer answer = api.get(path);
    if (answer.status() != 200) {
      throw new IllegalStateException("GET " + path + ": " + answer);
    }
    return answer.body();
  }

  static void await(String what, BooleanSupplier condition, Supplier<?> seen) {
    if (!SchedulerApi.await(condition, LIMIT)) {
      throw new AssertionError("waited in vain for " + what + "; seen: " + seen.get());
    }
  }

  private long nodesUp(int server) {
    long up = 0;
    for (JsonNode node : api.get(server, "/v1/nodes").body().path("nodes")) {
      up += node.path("state").asText().equals("UP") ? 1 : 0;
    }
    return up;
  }

  private static String state(String name) {
    try {
      Path target = Files.createDirectories(Path.of("target", "forked"));
      return Files.createTempDirectory(target, name + "-").toAbsolutePath().toString();
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  @Override
  public void close() {
    agents.forEach(ForkedAgent::close);
    servers.forEach(ForkedServer::close);
    database.close();
  }
}
