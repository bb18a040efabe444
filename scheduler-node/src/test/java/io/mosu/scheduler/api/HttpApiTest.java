// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeView;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.io.BufferedReader;
import java.io.InputStreamReader;
import java.net.URI;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.LongStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class HttpApiTest {
  private final ApiServer server = new ApiServer();

  HttpApiTest() {
    server.board.know(Set.of(new TenantId("acme")));
  }

  @AfterEach
  void stop() {
    server.close();
  }

  private static final DecisionRecord DECISION =
      new DecisionRecord(
          new NegotiationId("acme-1/1"),
          ApiServer.AT_MS,
          "balanced",
          1,
          4,
          List.of(
              new DecisionRecord.Offer(new NodeId("n-3"), 12.0, true),
              new DecisionRecord.Offer(new NodeId("n-4"), 15.5, false)),
          List.of(
              new DecisionRecord.RefusalCount(
                  Refusal.NO_CAPACITY, 3, new NodeId("n-9"), "0 of 8 GPUs free, 2 asked")));

  private static Job placed(JobState state, Optional<Exit> exit, String... nodes) {
    List<Placement.Part> parts = new ArrayList<>();
    for (String node : nodes) {
      parts.add(
          new Placement.Part(
              parts.size(),
              new NodeId(node),
              5,
              new Grant(List.of(0, 1), 1000, 1000, 512),
              "10.0.0.1",
              exit));
    }
    return with(
        state,
        1,
        Optional.of(new Placement(new NegotiationId("acme-1/1"), parts, ApiServer.AT_MS + 12)),
        exit.map(Exit::code).orElse(0));
  }

  private static Job with(JobState state, int attempt, Optional<Placement> placement, int code) {
    Job job = ApiServer.job("acme", 1, state);
    return new Job(
        job.id(),
        job.spec(),
        "",
        job.submittedMs(),
        state,
        attempt,
        0,
        0,
        false,
        placement,
        Optional.of(DECISION),
        state.terminal() ? ApiServer.AT_MS + 5000 : 0,
        code);
  }

  @Test
  void aSubmissionIsCreatedAndItsRepetitionIsNot() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(
                ApiServer.job(tenant.value(), 1, JobState.QUEUED),
                0,
                server.entities.asked.size() > 1);
    var request =
        server
            .request("/v1/jobs")
            .header("Content-Type", "application/json; charset=utf-8")
            .header("Idempotency-Key", "k-1")
            .POST(BodyPublishers.ofString("{\"tenant\":\"acme\",\"command\":[\"x\"],\"gpus\":2}"));
    ApiServer.Answer created = server.send(request);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().get("id").asText()).isEqualTo("acme-1");
    assertThat(server.send(request).status()).isEqualTo(200);
    TenantQuery.Submit asked = (TenantQuery.Submit) server.entities.asked.get(0);
    assertThat(asked.key()).isEqualTo("k-1");
    assertThat(asked.spec().shape().gpus()).isEqualTo(2);
  }

  @Test
  void aJobIsShownWithItsPlacement() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(placed(JobState.PLACED, Optional.empty(), "n-3"), 0, false);
    JsonNode job = server.get("/v1/jobs/acme-1?waitMs=10").json();
    assertThat(job.toString())
        .isEqualTo(
            "{\"id\":\"acme-1\",\"tenant\":\"acme\",\"project\":\"default\",\"name\":\"train\","
                + "\"state\":\"STARTING\",\"reason\":null,\"detail\":null,\"nodes\":1,"
                + "\"gpusPerNode\":2,\"gpus\":2,\"attempt\":1,\"priority\":0,\"held\":false,\"requeues\":0,"
                + "\"submittedAt\":\"2023-11-14T22:13:20Z\",\"placedAt\":"
                + "\"2023-11-14T22:13:20.012Z\",\"startedAt\":null,\"endedAt\":null,"
                + "\"exitCode\":null,\"placement\":[{\"rank\":0,\"node\":\"n-3\","
                + "\"devices\":[0,1],\"leaseToken\":5,\"exitCode\":null,\"exitReason\":null}],"
                + "\"submitToConfirmMs\":12}");
    assertThat(server.entities.asked).containsExactly(new TenantQuery.Get(1, 10));
  }

  @Test
  void aWaitingJobSaysWhy() {
    server.entities.tenants =
        (tenant, query) -> new JobAnswer(with(JobState.QUEUED, 0, Optional.empty(), 0), 0, false);
    JsonNode job = server.get("/v1/jobs/acme-1").json();
    assertThat(job.get("reason").asText()).isEqualTo("NO_CAPACITY");
    assertThat(job.get("detail").asText()).isEqualTo("n-9: 0 of 8 GPUs free, 2 asked");
    JsonNode why = server.get("/v1/jobs/acme-1/why").json();
    assertThat(why.get("summary").asText())
        .isEqualTo(
            "waits: NO_CAPACITY at 3 nodes (n-9: 0 of 8 GPUs free, 2 asked);"
                + " wait: other work holds it");
    assertThat(why.get("decision").toString())
        .isEqualTo(
            "{\"negotiation\":\"acme-1/1\",\"at\":\"2023-11-14T22:13:20Z\",\"rule\":\"balanced\","
                + "\"rounds\":1,\"invited\":4,\"chosen\":[\"n-3\"],\"proposals\":["
                + "{\"node\":\"n-3\",\"tasks\":1,\"score\":12.0,\"outcome\":\"AWARDED\"},"
                + "{\"node\":\"n-4\",\"tasks\":1,\"score\":15.5,\"outcome\":\"NOT_CHOSEN\"}],"
                + "\"refusals\":[{\"reason\":\"NO_CAPACITY\",\"count\":3,\"example\":\"n-9\","
                + "\"detail\":\"0 of 8 GPUs free, 2 asked\"}]}");
  }

  @Test
  void aMadeUpTenantIsNotWokenAndALateOneIsWaitedFor() {
    server.entities.tenants =
        (tenant, query) -> new JobAnswer(ApiServer.job("late", 1, JobState.QUEUED), 0, false);
    assertThat(server.get("/v1/jobs/nobody-1").json().get("reason").asText())
        .isEqualTo("UNKNOWN_JOB");
    assertThat(server.entities.asked).isEmpty();
    var late = server.getAsync("/v1/jobs/late-1");
    server.want("late", 1, 0, 0);
    assertThat(late.join().status()).isEqualTo(200);
  }

  @Test
  void aFailedJobSaysWhichTaskAndHow() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(
                placed(JobState.FAILED, Optional.of(new Exit(Exit.Kind.EXITED, 7)), "n-3"),
                ApiServer.AT_MS + 20,
                false);
    JsonNode job = server.get("/v1/jobs/acme-1").json();
    assertThat(job.get("exitCode").asInt()).isEqualTo(7);
    assertThat(job.get("startedAt").asText()).isEqualTo("2023-11-14T22:13:20.020Z");
    assertThat(job.get("detail").asText()).isEqualTo("task 0 on n-3 exited with code 7");
    assertThat(server.get("/v1/jobs/acme-1/why").json().get("summary").asText())
        .isEqualTo("failed: task 0 on n-3 exited with code 7");
  }

  @Test
  void aCancellationIsAccepted() {
    server.entities.tenants =
        (tenant, query) -> new JobAnswer(ApiServer.job("acme", 1, JobState.CANCELLED), 0, false);
    ApiServer.Answer answer =
        server.send(server.request("/v1/jobs/acme-1:cancel").POST(BodyPublishers.noBody()));
    assertThat(answer.status()).isEqualTo(202);
    assertThat(server.entities.asked).containsExactly(new TenantQuery.Cancel(1));
  }

  @Test
  void listsRunOverAllTenantsPageByPage() {
    Map<String, Integer> counts = Map.of("a", 3, "acme", 0, "b", 120, "c", 3);
    for (String tenant : List.of("a", "b", "c")) {
      server.want(tenant, 1, 1, 1);
    }
    server.entities.tenants =
        (tenant, query) -> {
          TenantQuery.ListJobs list = (TenantQuery.ListJobs) query;
          List<JobAnswer> jobs =
              LongStream.rangeClosed(list.after() + 1, counts.getOrDefault(tenant.value(), 0))
                  .limit(list.limit())
                  .mapToObj(n -> ApiServer.job(tenant.value(), n, JobState.QUEUED))
                  .map(job -> new JobAnswer(job, 0, false))
                  .toList();
          boolean more =
              !jobs.isEmpty()
                  && tenant.value().equals("b")
                  && jobs.get(jobs.size() - 1).job().id().number() < 120;
          return new TenantAnswer.JobsAnswer(jobs, more);
        };
    List<String> ids = new ArrayList<>();
    String token = "";
    do {
      JsonNode page = server.get("/v1/jobs?pageSize=60&pageToken=" + token).json();
      page.get("jobs").forEach(job -> ids.add(job.get("id").asText()));
      assertThat(page.get("jobs").size()).isLessThanOrEqualTo(60);
      token = page.get("nextPageToken").isNull() ? "" : page.get("nextPageToken").asText();
    } while (!token.isEmpty());
    assertThat(ids).hasSize(126).doesNotHaveDuplicates().startsWith("a-1", "a-2", "a-3", "b-1");
    assertThat(ids).endsWith("b-120", "c-1", "c-2", "c-3");
    assertThat(server.get("/v1/jobs?tenant=c").json().get("jobs")).hasSize(3);
  }

  @Test
  void aListTellsStartingFromRunning() {
    server.want("acme", 0, 2, 0);
    server.entities.tenants =
        (tenant, query) ->
            new TenantAnswer.JobsAnswer(
                List.of(
                    new JobAnswer(ApiServer.job("acme", 1, JobState.PLACED), 0, false),
                    new JobAnswer(ApiServer.job("acme", 2, JobState.PLACED), 1, false)),
                false);
    JsonNode running = server.get("/v1/jobs?state=RUNNING,QUEUED").json().get("jobs");
    assertThat(running).hasSize(1);
    assertThat(running.get(0).get("id").asText()).isEqualTo("acme-2");
    assertThat(((TenantQuery.ListJobs) server.entities.asked.get(0)).states())
        .containsExactly(JobState.QUEUED, JobState.PLACED);
  }

  @Test
  void nodesComeFromTheBoardAndOneFromItsOwner() {
    server.offer("n-1", "aurora", true, 1000, 0, 500);
    server.offer("n-2", "borealis", false, 1000);
    JsonNode nodes = server.get("/v1/nodes?supplier=aurora").json().get("nodes");
    assertThat(nodes.toString())
        .isEqualTo(
            "[{\"id\":\"n-1\",\"supplier\":\"aurora\",\"site\":\"east\",\"model\":\"H100\","
                + "\"gpus\":3,\"gpusFree\":1,\"gpusFaulty\":0,\"milliFree\":[1000,0,500],\"cpuMilli\":96000,"
                + "\"cpuMilliFree\":90000,\"memoryMib\":1000000,\"memoryMibFree\":900000,"
                + "\"leases\":2,\"state\":\"UP\"}]");
    assertThat(server.get("/v1/nodes").json().get("nodes").get(1).get("state").asText())
        .isEqualTo("LOST");
    var offering = server.board.offerings().get(0);
    Lease lease =
        new Lease(
            new NegotiationId("acme-1/1"),
            ApiServer.job("acme", 1, JobState.PLACED).id(),
            0,
            5,
            new Grant(List.of(1), 1000, 1000, 512),
            ApiServer.AT_MS);
    Inventory inventory = offering.inventory();
    server.entities.nodes =
        (node, query) ->
            new NodeView(
                offering.digest(),
                Optional.of(inventory),
                List.of(new NodeView.LeaseView(lease, "STOPPING")));
    JsonNode node = server.get("/v1/nodes/n-1").json();
    assertThat(node.get("id").asText()).isEqualTo("n-1");
    assertThat(node.get("ownerEpoch").asInt()).isEqualTo(3);
    assertThat(node.get("leaseList").toString())
        .isEqualTo(
            "[{\"token\":5,\"negotiation\":\"acme-1/1\",\"tenant\":\"acme\",\"job\":\"acme-1\","
                + "\"tasks\":[{\"rank\":0,\"devices\":[1],\"milli\":1000}],\"state\":\"ENDING\"}]");
  }

  @Test
  void tenantsClusterAndCountersAreShown() {
    server.want("acme", 3, 2, 10);
    String acme =
        "{\"id\":\"acme\",\"queued\":3,\"running\":2,\"ended\":10,\"gpusUsed\":18.5,\"gpusWaiting\":4.0,"
            + "\"gpusGuaranteed\":0.0,\"gpusLimit\":null,\"weight\":1,\"gpusBorrowed\":18.5}";
    assertThat(server.get("/v1/tenants").http().body()).isEqualTo("{\"tenants\":[" + acme + "]}");
    server.entities.tenants =
        (tenant, query) -> new TenantAnswer.Shown(server.board.demands().get(0));
    assertThat(server.get("/v1/tenants/acme").http().body()).isEqualTo(acme);
    JsonNode cluster = server.get("/v1/cluster").json();
    assertThat(cluster.get("self").asText()).startsWith("127.0.0.1:");
    assertThat(server.get("/v1/stats").http().body())
        .isEqualTo("{\"counters\":{\"message.Submit\":9,\"row.Placed\":7}}");
    assertThat(server.get("/agents").http().body()).isEqualTo("door");
  }

  private static LogRead.Piece piece(LogRead read, String log, int step, boolean running) {
    byte[] bytes = log.getBytes(StandardCharsets.UTF_8);
    int from = (int) Math.min(read.offset(), bytes.length);
    int to = Math.min(bytes.length, from + step);
    return new LogRead.Piece(
        true, from, Arrays.copyOfRange(bytes, from, to), !running && to == bytes.length);
  }

  @Test
  void aLogIsReadInPiecesFromItsOffset() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(placed(JobState.COMPLETED, Optional.empty(), "n-3"), 0, false);
    server.entities.logs = read -> piece(read, "one\ntwo\nthree\n", 5, false);
    assertThat(server.get("/v1/jobs/acme-1/logs").http().body()).isEqualTo("one\ntwo\nthree\n");
    assertThat(server.get("/v1/jobs/acme-1/logs?task=0&follow=true&offset=4").http().body())
        .isEqualTo("two\nthree\n");
    server.entities.logs = read -> piece(read, "so far", 100, true);
    assertThat(server.get("/v1/jobs/acme-1/logs?task=0").http().body()).isEqualTo("so far");
  }

  @Test
  void logsOfAGangAreMergedLineByLine() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(placed(JobState.PLACED, Optional.empty(), "n-3", "n-4"), 1, false);
    server.entities.logs =
        read -> piece(read, read.node().value() + " a\n" + read.node().value() + " b", 3, false);
    assertThat(server.get("/v1/jobs/acme-1/logs").http().body())
        .isEqualTo("n-3 a\nn-3 bn-4 a\nn-4 b");
    assertThat(server.get("/v1/jobs/acme-1/logs?follow=true").http().body().lines())
        .containsExactlyInAnyOrder("[0] n-3 a", "[0] n-3 b", "[1] n-4 a", "[1] n-4 b");
  }

  @Test
  void aMissingLogIsARefusal() {
    server.entities.tenants =
        (tenant, query) ->
            new JobAnswer(placed(JobState.PLACED, Optional.empty(), "n-3"), 1, false);
    server.entities.logs = read -> new LogRead.Piece(false, 0, new byte[0], false);
    ApiServer.Answer answer = server.get("/v1/jobs/acme-1/logs?task=0&follow=true");
    assertThat(answer.status()).isEqualTo(404);
    assertThat(answer.json().get("reason").asText()).isEqualTo("NO_LOG");
    server.entities.tenants =
        (tenant, query) -> new JobAnswer(ApiServer.job("acme", 1, JobState.QUEUED), 0, false);
    assertThat(server.get("/v1/jobs/acme-1/logs").json().get("reason").asText())
        .isEqualTo("NO_LOG");
  }

  @Test
  void theWallIsServedWithoutForeignOrInlineScript() {
    ApiServer.Answer page = server.get("/wall");
    assertThat(page.header("Content-Type")).startsWith("text/html");
    assertThat(page.header("Content-Security-Policy")).contains("default-src 'none'");
    assertThat(page.http().body()).doesNotContain("http://").doesNotContain("https://");
    assertThat(page.http().body()).doesNotContain("<style").doesNotContain("style=");
    assertThat(server.get("/wall/wall.js").status()).isEqualTo(200);
    assertThat(server.get("/wall/wall.css").header("Content-Type")).startsWith("text/css");
  }

  @Test
  void theWallGetsASnapshotAndThenWhatChanged() throws Exception {
    server.offer("n-1", "aurora", true, 1000, 0);
    server.want("acme", 3, 2, 10);
    var connection =
        URI.create("http://127.0.0.1:" + server.port + "/v1/wall/events").toURL().openConnection();
    connection.setReadTimeout(10_000);
    assertThat(connection.getContentType()).isEqualTo("text/event-stream");
    try (BufferedReader reader =
        new BufferedReader(
            new InputStreamReader(connection.getInputStream(), StandardCharsets.UTF_8))) {
      Stream<String> lines = reader.lines();
      var data = lines.filter(line -> line.startsWith("data: ")).iterator();
      String first = data.next();
      while (!first.contains("n-1")) {
        first = data.next();
      }
      assertThat(first).contains("\"used\":[0,1000]").contains("\"queued\":3");
      server.offer("n-2", "aurora", true, 1000);
      server.offer("n-1", "aurora", false, 1000, 0);
      String later = data.next();
      while (!later.contains("LOST")) {
        later = data.next();
      }
      assertThat(later).contains("\"lost\":true").contains("n-1");
      assertThat(data.next()).contains("\"nodes\":[]");
    }
  }
}
