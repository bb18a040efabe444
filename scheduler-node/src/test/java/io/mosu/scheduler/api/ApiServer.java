// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.cluster.typed.Join;
import org.apache.pekko.http.javadsl.server.Directives;

/** The API on a free port over scripted entities and a board that a test fills. */
final class ApiServer implements AutoCloseable {
  static final long AT_MS = 1_700_000_000_000L;
  private static final ObjectMapper JSON = new ObjectMapper();

  final StubEntities entities = new StubEntities();
  final Board board = new Board(0, new SplittableRandom(1));
  final int port;
  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseMap(
                  Map.of(
                      "pekko.actor.provider", "cluster",
                      "pekko.remote.artery.canonical.hostname", "127.0.0.1",
                      "pekko.remote.artery.canonical.port", 0,
                      "pekko.coordinated-shutdown.run-by-actor-system-terminate", "off",
                      "pekko.cluster.run-coordinated-shutdown-when-down", "off"))
              .withFallback(ConfigFactory.defaultReference()));
  private final HttpClient client = HttpClient.newHttpClient();

  final StubBlobs blobs = new StubBlobs();

  ApiServer() {
    Cluster cluster = Cluster.get(kit.system());
    cluster.manager().tell(Join.create(cluster.selfMember().address()));
    ApiContext context =
        new ApiContext(
            kit.system(),
            entities,
            board,
            () -> Map.of("row.Placed", 7L, "message.Submit", 9L),
            blobs,
            new ApiContext.Streams(4, Duration.ofHours(1), Duration.ofHours(1)),
            Directives.path("agents", () -> Directives.complete("door")));
    port =
        HttpApi.bind(context, "127.0.0.1", 0).toCompletableFuture().join().localAddress().getPort();
  }

  /** An answer with its body read as JSON, null if it is none. */
  record Answer(HttpResponse<String> http) {
    int status() {
      return http.statusCode();
    }

    String header(String name) {
      return http.headers().firstValue(name).orElse("");
    }

    JsonNode json() {
      try {
        return JSON.readTree(http.body());
      } catch (IOException broken) {
        throw new AssertionError(http.body(), broken);
      }
    }
  }

  HttpRequest.Builder request(String path) {
    return HttpRequest.newBuilder(URI.create("http://127.0.0.1:" + port + path));
  }

  Answer get(String path) {
    return send(request(path).GET());
  }

  byte[] bytes(String path) {
    try {
      return client
          .send(request(path).GET().build(), HttpResponse.BodyHandlers.ofByteArray())
          .body();
    } catch (IOException | InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  CompletableFuture<Answer> getAsync(String path) {
    return client
        .sendAsync(request(path).GET().build(), HttpResponse.BodyHandlers.ofString())
        .thenApply(Answer::new);
  }

  Answer submit(String spec) {
    return send(
        request("/v1/jobs")
            .header("Content-Type", "application/yaml")
            .POST(HttpRequest.BodyPublishers.ofString(spec)));
  }

  Answer send(HttpRequest.Builder request) {
    try {
      return new Answer(client.send(request.build(), HttpResponse.BodyHandlers.ofString()));
    } catch (IOException | InterruptedException broken) {
      throw new AssertionError(broken);
    }
  }

  void offer(String node, String supplier, boolean up, int... freeMilli) {
    List<Device> devices =
        IntStream.range(0, freeMilli.length)
            .mapToObj(i -> new Device(i, "H100", 81_559, node + "-" + i))
            .toList();
    Inventory inventory =
        new Inventory(supplier, "east", "10.0.0.1", 96_000, 1_000_000, devices, true);
    NodeId id = new NodeId(node);
    board.offer(
        new Offering(
            new Digest(id, 3, board.version() + 1, new Room(90_000, 900_000, freeMilli), 2, up),
            inventory));
  }

  void want(String tenant, int queued, int running, long ended) {
    board.want(
        new DemandDigest(
            new TenantId(tenant),
            1,
            board.version() + 1,
            queued,
            running,
            ended,
            4_000,
            18_500,
            AT_MS,
            List.of()));
  }

  static Job job(String tenant, long number, JobState state) {
    return new Job(
        new JobId(new TenantId(tenant), number),
        new JobSpec(
            "train",
            "default",
            1,
            new Shape(2, 1000, new TreeSet<>(), 1_000, 512),
            0,
            0,
            new TaskSpec(List.of("true"), new TreeMap<>())),
        "",
        AT_MS,
        state,
        0,
        0,
        0,
        false,
        Optional.empty(),
        Optional.empty(),
        0,
        0);
  }

  @Override
  public void close() {
    kit.shutdownTestKit();
  }
}
