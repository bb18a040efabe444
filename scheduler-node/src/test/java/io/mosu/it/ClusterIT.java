// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.bench.SchedulerApi;
import io.mosu.bench.Specs;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Duration;
import java.util.List;
import java.util.TreeMap;
import java.util.UUID;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class ClusterIT {

  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private static final LiveCluster CLUSTER =
      new LiveCluster().agent("real", 2, "--simulate", "4xH100", "--processes");

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  /**
   * Submits through one scheduler node and asks another, so that the answer crosses the cluster.
   */
  private static JsonNode run(int nodes, Specs.Ask ask, String script) {
    String spec = Specs.job("job", "acme", nodes, ask, List.of("sh", "-c", script));
    SchedulerApi.Answer submitted =
        CLUSTER.api().submit(spec, UUID.randomUUID().toString(), 0, PATIENCE).join();
    assertThat(submitted.status()).as(submitted.toString()).isEqualTo(201);
    String id = submitted.body().path("id").asText();
    return CLUSTER.api().get(1, "/v1/jobs/" + id + "?waitMs=25000").body();
  }

  private static Specs.Ask whole(int gpus) {
    return new Specs.Ask(gpus, 0, List.of("H100"), 1_000, 512);
  }

  private static String log(JsonNode job) throws IOException, InterruptedException {
    URI uri = CLUSTER.servers().get(2).http("/v1/jobs/" + job.path("id").asText() + "/logs");
    return HttpClient.newHttpClient()
        .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString())
        .body();
  }

  @Test
  void aGangRunsWholeOnNodesOfItsOwnAndItsLogIsRead() throws Exception {
    JsonNode job = run(2, whole(3), "echo rank $RANK of $WORLD_SIZE on $CUDA_VISIBLE_DEVICES");
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("COMPLETED");
    assertThat(job.path("exitCode").asInt(-1)).isZero();
    TreeMap<String, Integer> devices = new TreeMap<>();
    job.path("placement")
        .forEach(part -> devices.put(part.path("node").asText(), part.path("devices").size()));
    assertThat(devices).hasSize(2).containsValues(3, 3);
    // which ones depends on whether the job of the test before has left
    assertThat(log(job))
        .containsPattern("rank 0 of 2 on [0-7],[0-7],[0-7]\\n")
        .containsPattern("rank 1 of 2 on [0-7],[0-7],[0-7]\\n");
  }

  @Test
  void anExitCodeIsHandedOn() {
    JsonNode job = run(1, whole(1), "exit 7");
    assertThat(job.path("state").asText()).as(job.toString()).isEqualTo("FAILED");
    assertThat(job.path("exitCode").asInt()).isEqualTo(7);
  }

  @Test
  void aJobThatNoNodeCouldHostIsRefused() {
    String spec = Specs.job("job", "acme", 1, whole(5), List.of("true"));
    SchedulerApi.Answer answer = CLUSTER.api().submit(spec, "impossible", 0, PATIENCE).join();
    assertThat(answer.status()).as(answer.toString()).isEqualTo(422);
    assertThat(answer.body().path("reason").asText()).isEqualTo("IMPOSSIBLE");
  }

  @Test
  void whyTellsWhoWasAskedAndWhoWasChosen() {
    JsonNode job = run(1, whole(1), "true");
    JsonNode why = CLUSTER.get("/v1/jobs/" + job.path("id").asText() + "/why");
    assertThat(why.path("decision").path("chosen").path(0).asText())
        .as(why.toString())
        .isEqualTo(job.path("placement").path(0).path("node").asText());
    assertThat(why.path("decision").path("invited").asInt()).isBetween(1, 5);
  }

  @Test
  void theSameKeyIsTheSameJobThroughAnyNode() {
    String spec = Specs.job("job", "acme", 1, whole(1), List.of("true"));
    SchedulerApi.Answer first = CLUSTER.api().submit(spec, "once", 0, PATIENCE).join();
    SchedulerApi.Answer again = CLUSTER.api().submit(spec, "once", 2, PATIENCE).join();
    assertThat(first.status()).isEqualTo(201);
    assertThat(again.status()).isEqualTo(200);
    assertThat(again.body().path("id")).isEqualTo(first.body().path("id"));
  }
}
