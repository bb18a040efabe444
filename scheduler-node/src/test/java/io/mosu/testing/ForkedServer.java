// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/**
 * One scheduler node in a JVM of its own, from target/classes and target/lib, that can be killed.
 */
public final class ForkedServer implements AutoCloseable {

  private static final Duration READY_LIMIT = Duration.ofSeconds(90);
  private static final Duration PROBE_LIMIT = Duration.ofSeconds(2);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(40);
  private static final HttpClient CLIENT = HttpClient.newHttpClient();

  private final Launch launch;
  private ForkedProcess process;

  private ForkedServer(Launch launch) {
    this.launch = launch;
    this.process = fork(launch);
  }

  public record Ports(int http, int artery, int management) {
    public static List<Ports> free(int nodes) {
      List<Integer> free = FreePorts.take(3 * nodes);
      List<Ports> ports = new ArrayList<>();
      for (int i = 0; i < 3 * nodes; i += 3) {
        ports.add(new Ports(free.get(i), free.get(i + 1), free.get(i + 2)));
      }
      return ports;
    }
  }

  /**
   * How a scheduler node is started.
   *
   * @param resource its configuration, such as config/node.conf
   * @param seeds all nodes of its cluster, itself included, in the same order for each
   * @param options of the JVM, such as -Dmosu.lease.ttl=6s
   */
  public record Launch(
      String name,
      String resource,
      Ports ports,
      List<Ports> seeds,
      String databaseUrl,
      List<String> options) {

    public Launch {
      seeds = List.copyOf(seeds);
      options = List.copyOf(options);
    }

    private Map<String, String> environment() {
      Map<String, String> environment = new HashMap<>();
      environment.put("MOSU_HTTP_PORT", Integer.toString(ports.http()));
      environment.put("MOSU_ARTERY_PORT", Integer.toString(ports.artery()));
      environment.put("MOSU_MANAGEMENT_PORT", Integer.toString(ports.management()));
      environment.put("MOSU_DATABASE_URL", databaseUrl);
      environment.put(
          "MOSU_SEED_NODES",
          seeds.stream()
              .map(seed -> "127.0.0.1:" + seed.artery())
              .collect(Collectors.joining(",")));
      return environment;
    }
  }

  /** Starts without waiting, so that several can start side by side. */
  public static ForkedServer start(Launch launch) {
    return new ForkedServer(launch);
  }

  /** A cluster on PostgreSQL whose nodes are all ready. */
  public static List<ForkedServer> startCluster(
      int nodes, String databaseUrl, List<String> options) {
    List<Ports> ports = Ports.free(nodes);
    List<ForkedServer> servers = new ArrayList<>();
    for (int i = 0; i < nodes; i++) {
      String name = "node-" + (i + 1);
      servers.add(
          start(new Launch(name, "config/node.conf", ports.get(i), ports, databaseUrl, options)));
    }
    servers.forEach(ForkedServer::awaitReady);
    return servers;
  }

  public Ports ports() {
    return launch.ports();
  }

  public URI http(String path) {
    return URI.create("http://127.0.0.1:" + ports().http() + path);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public void awaitReady() {
    if (!process.awaitWhileAlive(this::isReady, READY_LIMIT)) {
      String fate = process.isAlive() ? " is not ready" : " ended";
      throw new IllegalStateException(launch.name() + fate + ":\n" + process.tail());
    }
  }

  public boolean isReady() {
    URI ready = URI.create("http://127.0.0.1:" + ports().management() + "/ready");
    try {
      HttpRequest request = HttpRequest.newBuilder(ready).timeout(PROBE_LIMIT).build();
      return CLIENT.send(request, HttpResponse.BodyHandlers.discarding()).statusCode() == 200;
    } catch (IOException notYet) {
      return false;
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return false;
    }
  }

  public void kill9() {
    process.kill9();
  }

  public void pause() {
    process.signal("STOP");
  }

  public void resume() {
    process.signal("CONT");
  }

  /** By SIGTERM; false where it had to be killed. */
  public boolean stop() {
    return process.stop("TERM", STOP_LIMIT);
  }

  /** A new process with the same identity; the old one must have ended. */
  public void restart() {
    if (process.isAlive()) {
      throw new IllegalStateException(launch.name() + " still runs");
    }
    process = fork(launch);
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.kill9();
    }
  }

  private static ForkedProcess fork(Launch launch) {
    List<String> options = new ArrayList<>(launch.options());
    options.add("-Dconfig.resource=" + launch.resource());
    return ForkedMosu.fork(launch.name(), options, List.of("server"), launch.environment());
  }
}
