// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.mosu.testing.ForkedServer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

/** All scheduler nodes are killed and started again: jobs, reasons and leases are as before. */
class RestartIT {

  private static final int GPUS = 16;
  private static final int WAITING = 4;

  /** What clients and operators see of jobs and leases. */
  private record Seen(
      Map<String, JsonNode> jobs, Map<String, JsonNode> why, Map<String, JsonNode> leases) {}

  @Test
  void aRestartOfTheWholeClusterChangesNothing() {
    try (LiveCluster cluster = new LiveCluster()) {
      cluster.agent("sim", 2, "--simulate", "8xH100");
      cluster.submit(GPUS + WAITING, 3, done -> {});
      LiveCluster.await(
          "jobs to run or to wait for a reason",
          () -> states(cluster).equals(Map.of("RUNNING", GPUS, "NO_CAPACITY", WAITING)),
          () -> states(cluster));
      Seen before = seen(cluster);
      assertThat(before.jobs()).hasSize(GPUS + WAITING);
      assertThat(before.leases().values()).extracting(JsonNode::size).containsExactly(8, 8);
      cluster.servers().forEach(ForkedServer::kill9);
      cluster.servers().forEach(ForkedServer::restart);
      cluster.servers().forEach(ForkedServer::awaitReady);
      LiveCluster.await(
          "all to be as before", () -> seen(cluster).equals(before), () -> seen(cluster));
      assertThat(cluster.verified().violations()).isEmpty();
    }
  }

  /** How many jobs are in which state, or wait for which reason. */
  private static Map<String, Integer> states(LiveCluster cluster) {
    Map<String, Integer> states = new TreeMap<>();
    for (JsonNode job : cluster.api().jobs("")) {
      boolean waits = job.path("reason").isTextual();
      states.merge(job.path(waits ? "reason" : "state").asText(), 1, Integer::sum);
    }
    return states;
  }

  private static Seen seen(LiveCluster cluster) {
    Map<String, JsonNode> jobs = new TreeMap<>();
    Map<String, JsonNode> why = new TreeMap<>();
    Map<String, JsonNode> leases = new TreeMap<>();
    for (JsonNode job : cluster.api().jobs("")) {
      String id = job.path("id").asText();
      ((ObjectNode) job).remove("startedAt"); // seen by the owner of now, not journaled
      boolean waits = job.path("state").asText().equals("QUEUED");
      if (waits) {
        ((ObjectNode) job).remove("detail"); // any node may be the example
      }
      jobs.put(id, job);
      JsonNode decision = cluster.get("/v1/jobs/" + id + "/why");
      if (decision.path("decision") instanceof ObjectNode record && waits) {
        // while the agents were away it waited for another reason: what it waits for is the same
        // again, when that was found is not
        record.remove(List.of("negotiation", "at", "rounds", "invited", "proposals"));
        for (JsonNode refusal : record.path("refusals")) {
          ((ObjectNode) refusal).remove(List.of("count", "example", "detail"));
        }
        ((ObjectNode) decision).remove("summary");
      }
      why.put(id, decision);
    }
    for (JsonNode node : cluster.api().nodes()) {
      String id = node.path("id").asText();
      List<JsonNode> list = new ArrayList<>();
      cluster.get("/v1/nodes/" + id).path("leaseList").forEach(list::add);
      leases.put(id, sorted(list));
    }
    return new Seen(jobs, why, leases);
  }

  private static JsonNode sorted(List<JsonNode> leases) {
    ArrayNode sorted = JsonNodeFactory.instance.arrayNode();
    leases.stream()
        .sorted(Comparator.comparingLong(lease -> lease.path("token").asLong()))
        .forEach(sorted::add);
    return sorted;
  }
}
