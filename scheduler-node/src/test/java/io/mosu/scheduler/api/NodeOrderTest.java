// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.node.DeviceHealth;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Freeze;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.NodeView;
import io.mosu.scheduler.node.Standing;
import java.net.http.HttpRequest;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.pcollections.HashTreePMap;

/** What operators tell nodes: each word reaches the node, what makes no sense does not. */
class NodeOrderTest {
  private final ApiServer server = new ApiServer();
  private final List<NodeQuery> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void offer() {
    server.offer("n-1", "aurora", true, 1000);
    server.entities.nodes =
        (node, query) -> {
          asked.add(query);
          var offering = server.board.offerings().get(0);
          return new NodeView(offering.digest(), Optional.of(offering.inventory()), List.of());
        };
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void aFreezeHasAnEndAndAReason() {
    long before = System.currentTimeMillis();
    assertThat(post("n-1:freeze?seconds=60&reason=new%20switch").status()).isEqualTo(200);
    NodeQuery.Freeze freeze = (NodeQuery.Freeze) asked.get(0);
    assertThat(freeze.reason()).isEqualTo("new switch");
    assertThat(freeze.untilMs()).isBetween(before + 60_000, before + 120_000);
  }

  @Test
  void theOthersReachTheNodeAsTheyAre() {
    post("n-1:thaw");
    post("n-1:release-lost?job=acme-7");
    post("n-1:forget-agent");
    post("n-1:undrain");
    post("n-1:quarantine?device=3&reason=fan");
    post("n-1:restore?device=3");
    assertThat(asked)
        .containsExactly(
            new NodeQuery.Thaw(),
            new NodeQuery.ReleaseLost(JobId.parse("acme-7").orElseThrow()),
            new NodeQuery.ForgetAgent(),
            new NodeQuery.Undrain(),
            new NodeQuery.Quarantine(3, "fan"),
            new NodeQuery.Restore(3));
  }

  @Test
  void aDrainHasTimesOrNone() {
    post("n-1:drain?reason=cables");
    post("n-1:drain?from=2030-05-01T08:00:00Z&until=2030-05-01T10:00:00%2B01:00&deadline=60");
    long fromMs = Instant.parse("2030-05-01T08:00:00Z").toEpochMilli();
    assertThat(asked)
        .containsExactly(
            new NodeQuery.Drain(0, 0, 0, "cables"),
            new NodeQuery.Drain(fromMs, fromMs + 60_000, fromMs + 3_600_000, ""));
  }

  @Test
  void theAnswerTellsOfDrainsAndFaults() {
    String uuid = server.board.offerings().get(0).inventory().devices().get(0).uuid();
    DeviceHealth sick =
        new DeviceHealth(
            DeviceHealth.Grade.QUARANTINED,
            true,
            "xid-79",
            "fell off",
            1_000,
            2,
            1_000,
            HashTreePMap.empty());
    server.entities.nodes =
        (node, query) -> {
          var offering = server.board.offerings().get(0);
          return new NodeView(
              offering.digest(),
              Optional.of(offering.inventory()),
              List.of(),
              Freeze.NONE,
              new Standing(
                  HashTreePMap.singleton(uuid, sick),
                  HashTreePMap.empty(),
                  new Drain("cables", 1_000, 2_000, 0, true)));
        };
    JsonNode answer = post("n-1:drain").json();
    assertThat(answer.get("drain").toString())
        .isEqualTo(
            "{\"reason\":\"cables\",\"begun\":true,\"from\":\"1970-01-01T00:00:01Z\","
                + "\"deadline\":\"1970-01-01T00:00:02Z\"}");
    JsonNode device = answer.get("devices").get(0);
    assertThat(device.get("health").asText()).isEqualTo("QUARANTINED");
    assertThat(device.get("since").asText()).isEqualTo("1970-01-01T00:00:01Z");
    assertThat(device.get("failures").asInt()).isEqualTo(2);
  }

  @Test
  void whatTheNodeRefusesIsAConflictWithItsReason() {
    server.entities.nodes =
        (node, query) -> new Refused(Refusal.AGENT_ALIVE, "the agent of node n-1 speaks");
    ApiServer.Answer answer = post("n-1:forget-agent");
    assertThat(answer.status()).isEqualTo(409);
    assertThat(answer.json().get("reason").asText()).isEqualTo("AGENT_ALIVE");
  }

  @ParameterizedTest
  @CsvSource({
    "n-1:freeze?seconds=0, 400",
    "n-1:freeze?seconds=never, 400",
    "n-1:freeze?until=1, 400",
    "n-1:release-lost, 400",
    "n-1:release-lost?job=x, 400",
    "n-1:thaw?now=1, 400",
    "n-1:drain?from=tomorrow, 400",
    "n-1:drain?deadline=soon, 400",
    "n-1:quarantine, 400",
    "n-1:quarantine?device=64, 400",
    "n-1:restore?device=-1, 400",
    "n-1:explode, 404",
    "n-9:thaw, 404"
  })
  void whatMakesNoSenseReachesNoNode(String order, int status) {
    assertThat(post(order).status()).isEqualTo(status);
    assertThat(asked).isEmpty();
  }

  @Test
  void anOrderIsAPost() {
    assertThat(server.get("/v1/nodes/n-1:thaw").status()).isEqualTo(405);
  }

  private ApiServer.Answer post(String order) {
    return server.send(
        server.request("/v1/nodes/" + order).POST(HttpRequest.BodyPublishers.noBody()));
  }
}
