// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static io.mosu.cli.FakeSchedulerNode.brokenAfter;
import static io.mosu.cli.FakeSchedulerNode.json;
import static io.mosu.cli.FakeSchedulerNode.problem;
import static io.mosu.cli.FakeSchedulerNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.cli.FakeSchedulerNode.Answer;
import java.time.Clock;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class RunTest {
  private final FakeSchedulerNode node = new FakeSchedulerNode();
  private final FakeSchedulerNode other = new FakeSchedulerNode();

  @AfterEach
  void stop() {
    node.close();
    other.close();
  }

  @Test
  void theLogComesToStandardOutputAndTheExitCodeIsTheTasks() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", view("RUNNING", 1, ""), view("FAILED", 1, exit(7)))
        .on("GET /v1/jobs/a-1/logs", text("hello\nworld"));
    Cli run = Cli.mosu(node, "run", "--gpus", "1", "--", "sh", "-c", "exit 7");
    assertThat(run.exitCode()).isEqualTo(7);
    assertThat(run.out()).isEqualTo("hello\nworld");
    assertThat(run.err()).isEqualTo("submitted a-1\na-1 FAILED (exit code 7)\n");
  }

  @Test
  void theFlagsBecomeASpecOfWhatWasGiven() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""));
    Map<String, String> environment =
        Map.of("MOSU_ADDR", node.address(), "MOSU_TENANT", "acme", "HERE", "yes");
    Cli run =
        Cli.mosu(
            environment,
            ("run -d --gpus 2 --nodes 3 --cpus 0.5 --memory-mib 64 --model H100 --model A100 --name t"
                    + " --priority -5 --project p --env A=b=c --env HERE --retries 1"
                    + " --idempotency-key k python x.py --gpus 9")
                .split(" "));
    assertThat(run.out()).isEqualTo("a-1\n");
    assertThat(node.seen().get(0).idempotencyKey()).isEqualTo("k");
    assertThat(node.seen().get(0).contentType()).isEqualTo("application/json");
    assertThat(node.seen().get(0).body())
        .isEqualTo(
            "{\"name\":\"t\",\"tenant\":\"acme\",\"project\":\"p\",\"nodes\":3,\"gpus\":2,"
                + "\"models\":[\"H100\",\"A100\"],\"cpus\":0.5,\"memoryMib\":64,\"priority\":-5,"
                + "\"retries\":1,\"env\":{\"A\":\"b=c\",\"HERE\":\"yes\"},"
                + "\"command\":[\"python\",\"x.py\",\"--gpus\",\"9\"]}");
  }

  @Test
  void aLostNodeCostsNeitherTheSubmissionNorAByteOfTheLog() {
    String addresses = node.address() + "," + other.address();
    node.on("POST /v1/jobs", problem(503, "OUTCOME_UNKNOWN", "try again"))
        .on("GET /v1/jobs/a-1", view("RUNNING", 1, ""))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=4", text("or\n"));
    other
        .on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", view("RUNNING", 1, ""), view("COMPLETED", 1, exit(0)))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=0", brokenAfter("one "))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=4", text("or\n"))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=7", text(""));
    node.on("GET /v1/jobs/a-1?", view("COMPLETED", 1, exit(0)));
    Cli run = Cli.mosu(Map.of("MOSU_ADDR", addresses), "run", "--", "true");
    assertThat(run.err()).isEqualTo("submitted a-1\n");
    assertThat(run.exitCode()).isZero();
    assertThat(run.out()).isEqualTo("one or\n");
    assertThat(node.seen().get(0).idempotencyKey())
        .matches("[0-9a-f]{32}")
        .isEqualTo(other.seen().get(0).idempotencyKey());
    assertThat(node.requests()).contains("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=4");
  }

  @Test
  void aSubmissionGoesToTheNextAddressWhereTheFirstIsDown() {
    other.on("POST /v1/jobs", view("QUEUED", 1, ""));
    Cli run =
        Cli.mosu(Map.of("MOSU_ADDR", "127.0.0.1:1," + other.address()), "run", "-d", "--", "true");
    assertThat(run.exitCode()).isZero();
    assertThat(other.requests()).containsExactly("POST /v1/jobs");
  }

  @Test
  void oneAddressIsTriedAgainAfterAPauseWithTheSameKey() {
    node.on(
        "POST /v1/jobs",
        problem(503, "NOT_READY", "not yet"),
        problem(503, "STORE_UNAVAILABLE", "not yet"),
        view("QUEUED", 1, ""));
    Cli run = Cli.mosu(node, "run", "-d", "--", "true");
    assertThat(run.exitCode()).isZero();
    assertThat(node.seen().stream().map(FakeSchedulerNode.Seen::idempotencyKey).distinct())
        .hasSize(1);
    assertThat(node.seen()).hasSize(3);
  }

  @Test
  void linesOfSeveralTasksSayWhoseTheyAre() {
    node.on("POST /v1/jobs", view("QUEUED", 2, ""))
        .on("GET /v1/jobs/a-1", view("RUNNING", 2, ""), view("COMPLETED", 2, ""))
        .on("GET /v1/jobs/a-1/logs?task=0", text("x\ny\n"))
        .on("GET /v1/jobs/a-1/logs?task=1", text("z"));
    Cli run = Cli.mosu(node, "run", "--nodes", "2", "--", "true");
    assertThat(run.out().lines()).containsExactlyInAnyOrder("[0] x", "[0] y", "[1] z");
    assertThat(run.out()).endsWith("\n");
  }

  @Test
  void aRestartedJobsNewLogIsReadFromItsBeginning() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on(
            "GET /v1/jobs/a-1",
            attempt("RUNNING", 1),
            attempt("QUEUED", 1),
            attempt("RUNNING", 2),
            attempt("COMPLETED", 2))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=true&offset=0", text("first\n"), text("second\n"));
    Cli run = Cli.mosu(node, "run", "--", "true");
    assertThat(run.out()).isEqualTo("first\nsecond\n");
  }

  @Test
  void aJobThatEndedBeforeItWasSeenStillGivesItsLog() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", view("COMPLETED", 1, exit(0)))
        .on("GET /v1/jobs/a-1/logs?task=0&follow=false&offset=0", text("quick\n"));
    assertThat(Cli.mosu(node, "run", "--", "true").out()).isEqualTo("quick\n");
  }

  @Test
  void theOneStreamOfVeryManyTasksIsReadOnce() {
    node.on("POST /v1/jobs", view("QUEUED", 65, ""))
        .on(
            "GET /v1/jobs/a-1",
            view("RUNNING", 65, ""),
            view("RUNNING", 65, ""),
            view("COMPLETED", 65, ""))
        .on("GET /v1/jobs/a-1/logs?follow=true&offset=0", text("[64] x\n"));
    assertThat(Cli.mosu(node, "run", "--nodes", "65", "--", "true").out()).isEqualTo("[64] x\n");
  }

  @Test
  void aLogThatCannotBeReadDoesNotChangeTheExitCode() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", view("RUNNING", 1, ""), view("COMPLETED", 1, exit(0)))
        .on("GET /v1/jobs/a-1/logs", problem(504, "NO_ANSWER", "n-1 is silent"));
    Cli run = Cli.mosu(node, "run", "--retry-for", "0", "--", "true");
    assertThat(run.exitCode()).isZero();
    assertThat(run.err()).isEqualTo("submitted a-1\nthe log may be incomplete: n-1 is silent\n");
  }

  @Test
  void aClusterThatIsGoneLeavesTheJobToItself() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", problem(503, "NOT_READY", "joining"));
    Cli run = Cli.mosu(node, "run", "--retry-for", "0", "--", "true");
    assertThat(run.exitCode()).isEqualTo(5);
    assertThat(run.err()).contains("error: joining\nhint: the job goes on meanwhile; later: ");
    assertThat(node.requests()).noneMatch(request -> request.endsWith(":cancel"));
  }

  @Test
  void logsOfOneTaskAreFollowedFromAnOffset() {
    node.on("GET /v1/jobs/a-1", view("RUNNING", 2, ""), view("COMPLETED", 2, ""))
        .on("GET /v1/jobs/a-1/logs?task=1&follow=true&offset=5", text("rest"));
    Cli logs = Cli.mosu(node, "logs", "-f", "a-1", "--task", "1", "--offset", "5");
    assertThat(logs.out()).isEqualTo("rest");
  }

  @Test
  void whyItWaitsIsSaidOnce() {
    String waiting = "\"reason\":\"NO_CAPACITY\",\"detail\":\"0 of 8 free\"";
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on(
            "GET /v1/jobs/a-1",
            view("QUEUED", 1, waiting),
            view("QUEUED", 1, waiting),
            view("COMPLETED", 1, exit(0)))
        .on("GET /v1/jobs/a-1/logs", text(""));
    assertThat(Cli.mosu(node, "run", "--", "true").err())
        .isEqualTo("submitted a-1\nwaiting: a-1 QUEUED (NO_CAPACITY: 0 of 8 free)\n");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = ';',
      value = {
        "COMPLETED; \"exitCode\":0; 0",
        "FAILED; \"exitCode\":3; 3",
        "FAILED; \"exitCode\":137; 137",
        "FAILED; \"exitCode\":-9; 137",
        "FAILED; \"exitCode\":256; 1",
        "FAILED; \"exitCode\":null; 1",
        "FAILED; \"exitCode\":null,\"reason\":\"IMPOSSIBLE\"; 3",
        "CANCELLED; \"exitCode\":143; 130",
        "FAILED; \"placement\":[{\"rank\":1,\"exitCode\":5},{\"rank\":0,\"exitCode\":4}]; 4",
        "FAILED; \"placement\":[{\"rank\":0,\"exitCode\":0},{\"rank\":1,\"exitCode\":9}]; 9",
      })
  void waitHandsOnTheExitCode(String state, String fields, int exitCode) {
    node.on("GET /v1/jobs/a-1?waitMs=", view("RUNNING", 1, ""), view(state, 1, fields));
    assertThat(Cli.mosu(node, "wait", "a-1").exitCode()).isEqualTo(exitCode);
    assertThat(node.requests())
        .containsExactly("GET /v1/jobs/a-1?waitMs=20000", "GET /v1/jobs/a-1?waitMs=20000");
  }

  @Test
  void waitGivesUpAtItsTimeout() {
    node.on("GET /v1/jobs/a-1?waitMs=", view("RUNNING", 1, ""));
    Cli wait = Cli.mosu(node, "wait", "a-1", "--timeout", "0");
    assertThat(wait.exitCode()).isEqualTo(1);
    assertThat(wait.err()).startsWith("error: a-1 has not ended within 0 s\n");
  }

  @Test
  void waitLastsOutALostNode() {
    other.on("GET /v1/jobs/a-1?waitMs=", view("COMPLETED", 1, ""));
    node.on("GET /v1/jobs/a-1?waitMs=", brokenAfter("{\"id\":"));
    String addresses = node.address() + "," + other.address();
    Cli wait = Cli.mosu(Map.of("MOSU_ADDR", addresses), "wait", "a-1");
    assertThat(wait.out()).isEqualTo("a-1 COMPLETED\n");
  }

  @Test
  void submitWaitsForThePlaceAndSaysTwoWhereThereIsNone() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on(
            "GET /v1/jobs/a-1",
            view("QUEUED", 1, ""),
            view("QUEUED", 1, "\"reason\":\"NO_CAPACITY\""));
    Cli submit = submit("--wait-placed");
    assertThat(submit.exitCode()).isEqualTo(2);
    assertThat(submit.out()).isEqualTo("a-1\n");
    assertThat(submit.err()).contains("waiting: a-1 QUEUED (NO_CAPACITY)\n");

    node.on("GET /v1/jobs/a-1", view("STARTING", 1, ""));
    assertThat(submit("--wait-placed").exitCode()).isZero();
  }

  @Test
  void submitWaitsForTheEnd() {
    node.on("POST /v1/jobs", view("QUEUED", 1, ""))
        .on("GET /v1/jobs/a-1", view("FAILED", 1, exit(9)));
    Cli submit = submit("--wait");
    assertThat(submit.exitCode()).isEqualTo(9);
    assertThat(submit.out()).isEqualTo("a-1 FAILED (exit code 9)\n");
  }

  @Test
  void logsOfOneTaskGoOnFromAnOffset() {
    node.on("GET /v1/jobs/a-1/logs?task=3&follow=false&offset=5", text("rest"));
    assertThat(Cli.mosu(node, "logs", "a-1", "--task", "3", "--offset", "5").out())
        .isEqualTo("rest");
  }

  @Test
  void aJobWithoutALogIsNotFound() {
    node.otherwise(problem(404, "NO_LOG", "none"));
    assertThat(Cli.mosu(node, "logs", "a-1").exitCode()).isEqualTo(4);
  }

  private Cli submit(String option) {
    Map<String, String> environment = Map.of("MOSU_ADDR", node.address());
    return Cli.mosu(environment, "command: [a]", Clock.systemUTC(), "submit", option, "-");
  }

  private static String exit(int code) {
    return "\"exitCode\":" + code;
  }

  private static Answer view(String state, int nodes, String fields) {
    String more = fields.isEmpty() ? "" : "," + fields;
    return json(200, "{\"id\":\"a-1\",\"state\":\"" + state + "\",\"nodes\":" + nodes + more + "}");
  }

  private static Answer attempt(String state, int attempt) {
    return view(state, 1, "\"attempt\":" + attempt);
  }
}
