// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static io.mosu.cli.FakeSchedulerNode.json;
import static io.mosu.cli.FakeSchedulerNode.problem;
import static io.mosu.cli.FakeSchedulerNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

final class FailureTest {
  private final FakeSchedulerNode node = new FakeSchedulerNode();

  @AfterEach
  void stop() {
    node.close();
  }

  @ParameterizedTest
  @CsvSource({
    "INVALID_SPEC, 400, 64",
    "BODY_TOO_LARGE, 413, 3",
    "IMPOSSIBLE, 422, 3",
    "QUEUE_FULL, 429, 3",
    "UNKNOWN_JOB, 404, 4",
    "UNKNOWN_NODE, 404, 4",
    "UNKNOWN_TENANT, 404, 4",
    "NO_LOG, 404, 4",
    "STORE_UNAVAILABLE, 503, 5",
    "OUTCOME_UNKNOWN, 503, 5",
    "NOT_READY, 503, 5",
    "NO_ANSWER, 504, 5",
    "INTERNAL, 500, 1",
    "A_REASON_OF_TOMORROW, 429, 3",
  })
  void everyReasonHasItsExitCodeAndTwoLines(String reason, int status, int exitCode) {
    node.otherwise(problem(status, reason, "what happened"));
    Cli cli = Cli.mosu(node, "ps", "--retry-for", "0");
    assertThat(cli.exitCode()).isEqualTo(exitCode);
    assertThat(cli.err()).isEqualTo("error: what happened\nhint: do this\n");
    assertThat(cli.out()).isEmpty();
  }

  @Test
  void oneErrorInASpecIsNamedByLineAndField() {
    node.otherwise(
        specErrors("{\"field\":\"gpuz\",\"line\":3,\"message\":\"unknown field; allowed: gpus\"}"));
    Cli cli = submit("gpuz: 2");
    assertThat(cli.exitCode()).isEqualTo(64);
    assertThat(cli.err())
        .isEqualTo(
            """
            error: the spec is invalid: line 3, gpuz: unknown field; allowed: gpus
            hint: correct it
            """);
  }

  @Test
  void severalErrorsInASpecHaveALineEach() {
    node.otherwise(
        specErrors(
            "{\"field\":\"gpuz\",\"line\":3,\"message\":\"unknown\"},"
                + "{\"field\":\"command\",\"line\":null,\"message\":\"is required\"}"));
    assertThat(submit("gpuz: 2").err())
        .isEqualTo(
            """
            error: the spec is invalid
              line 3, gpuz: unknown
              command: is required
            hint: correct it
            """);
  }

  @Test
  void aSubmissionIsPostedAsItIs() {
    node.on("POST /v1/jobs", json(201, "{\"id\":\"a-1\",\"state\":\"QUEUED\"}"));
    Cli cli = submit("name: 训练 # a comment\n");
    assertThat(cli.out()).isEqualTo("a-1\n");
    FakeSchedulerNode.Seen seen = node.seen().get(0);
    assertThat(seen.body()).isEqualTo("name: 训练 # a comment\n");
    assertThat(seen.contentType()).isEqualTo("application/yaml");
    assertThat(seen.idempotencyKey()).matches("[0-9a-f]{32}");
  }

  @Test
  void whereNobodyListensTheExitCodeIsFive() {
    Cli cli = Cli.mosu(Map.of(), "ps", "--retry-for", "0", "--address", "127.0.0.1:1");
    assertThat(cli.exitCode()).isEqualTo(5);
    assertThat(cli.err())
        .startsWith(
            "error: no scheduler node answers at http://127.0.0.1:1 (connection refused)\nhint: ");
  }

  @Test
  void whatIsNoSchedulerNodeIsCalledSo() {
    node.otherwise(text("<html>a router's page</html>"));
    Cli cli = Cli.mosu(node, "ps");
    assertThat(cli.exitCode()).isEqualTo(1);
    assertThat(cli.err()).contains("is a Mosu scheduler node there?");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "fly",
        "ps --fast",
        "ps job-1",
        "why",
        "node",
        "node fly",
        "wait a-1 b-2",
        "submit /there/is/none",
        "ps -o xml",
        "ps --address ftp://x",
        "run --gpus 1",
        "run --gpus two -- true",
        "run --gpus 1 --gpu-milli 500 -- true",
        "run --env NOT_SET_HERE -- true",
        "logs a-1 --task -1",
        "logs a-1 --offset 7",
      })
  void wrongUsageIsExitCode64WithTwoLines(String args) {
    Cli cli = Cli.mosu(node, args.split(" "));
    assertThat(cli.exitCode()).isEqualTo(64);
    assertThat(cli.err()).matches("error: [^\n]+\nhint: [^\n]+\n");
    assertThat(node.requests()).isEmpty();
  }

  @Test
  void anUnknownVerbIsNamed() {
    assertThat(Cli.mosu(node, "fly").err())
        .isEqualTo("error: `mosu` has no verb fly\nhint: see `mosu --help`\n");
  }

  @ParameterizedTest
  @ValueSource(strings = {"--help", "ps --help", "node ls -h", "help run"})
  void helpListsTheExitCodes(String args) {
    Cli cli = Cli.mosu(Map.of(), args.split(" "));
    assertThat(cli.exitCode()).isZero();
    assertThat(cli.out()).startsWith("Usage: mosu").contains("64  usage, or an invalid job spec");
  }

  @Test
  void cancelOfSeveralJobsGoesOnAfterOneThatIsUnknown() {
    node.on("POST /v1/jobs/b-2:cancel", json(202, "{\"id\":\"b-2\",\"state\":\"STOPPING\"}"));
    Cli cli = Cli.mosu(node, "cancel", "a-1", "b-2");
    assertThat(cli.exitCode()).isEqualTo(4);
    assertThat(cli.out()).isEqualTo("b-2 STOPPING\n");
  }

  @Test
  void ordersToAJobAreGivenByTheirVerbs() {
    for (String order : List.of("hold", "release", "requeue", "priority?to=-5")) {
      node.on("POST /v1/jobs/b-2:" + order, json(202, "{\"id\":\"b-2\",\"state\":\"QUEUED\"}"));
    }
    assertThat(Cli.mosu(node, "hold", "b-2").out()).isEqualTo("b-2 QUEUED\n");
    assertThat(Cli.mosu(node, "release", "b-2").exitCode()).isZero();
    assertThat(Cli.mosu(node, "requeue", "b-2").exitCode()).isZero();
    assertThat(Cli.mosu(node, "priority", "b-2", "-5").out()).isEqualTo("b-2 QUEUED\n");
  }

  private Cli submit(String spec) {
    Map<String, String> environment = Map.of("MOSU_ADDR", node.address());
    return Cli.mosu(environment, spec, Clock.systemUTC(), "submit", "-");
  }

  private static FakeSchedulerNode.Answer specErrors(String errors) {
    return FakeSchedulerNode.send(
        400,
        "application/problem+json",
        "{\"status\":400,\"reason\":\"INVALID_SPEC\",\"detail\":\"the spec is invalid\","
            + "\"advice\":\"correct it\",\"errors\":["
            + errors
            + "]}");
  }
}
