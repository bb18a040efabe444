// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static io.mosu.cli.FakeSchedulerNode.json;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.job.JobSpecParser;
import io.mosu.scheduler.job.ParsedSpec;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Dependency.Kind;
import io.mosu.scheduler.model.JobSpec;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What options say of a job's beginning reaches the scheduler node as it was meant. */
class StartOptionsTest {
  private FakeSchedulerNode node;

  @BeforeEach
  void start() {
    node = new FakeSchedulerNode();
    node.on("POST /v1/jobs", json(201, "{\"id\":\"acme-9\",\"state\":\"QUEUED\"}"));
  }

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void dependenciesAreSplitAsSlurmHasThem() {
    String given = "afterok:acme-1:acme-2,after:acme-3";
    Conditions meant =
        new Conditions(
            true,
            List.of(
                new Dependency(Kind.AFTEROK, 1),
                new Dependency(Kind.AFTEROK, 2),
                new Dependency(Kind.AFTER, 3)));
    assertThat(ran("--hold", "--dependency", given).conditions()).isEqualTo(meant);
    assertThat(submitted("--hold", "--dependency", given).conditions()).isEqualTo(meant);
  }

  @Test
  void timesReachTheServerWithTheirOffset() {
    Conditions given =
        ran("--begin", "2026-05-01T08:00:00+08:00", "--deadline", "2026-05-01T08:00Z").conditions();
    assertThat(given.beginMs()).isEqualTo(1_777_593_600_000L);
    assertThat(given.deadlineMs() - given.beginMs()).isEqualTo(8 * 3_600_000L);
    Conditions relative = submitted("--begin", "+1h", "--deadline", "+2h").conditions();
    assertThat(relative.deadlineMs() - relative.beginMs()).isEqualTo(3_600_000L);
    assertThat(Cli.mosu(node, "run", "--begin", "tomorrow", "--", "true").exitCode()).isEqualTo(64);
  }

  private JobSpec ran(String... options) {
    List<String> args = new ArrayList<>(List.of("run", "--detach", "--tenant", "acme"));
    args.addAll(List.of(options));
    args.addAll(List.of("--", "true"));
    assertThat(Cli.mosu(node, args.toArray(String[]::new)).exitCode()).isZero();
    return sent();
  }

  private JobSpec submitted(String... options) {
    List<String> args = new ArrayList<>(List.of("submit", "-"));
    args.addAll(List.of(options));
    Cli cli =
        Cli.mosu(
            Map.of("MOSU_ADDR", node.address()),
            "tenant: acme\ncommand: [a]",
            Clock.systemUTC(),
            args.toArray(String[]::new));
    assertThat(cli.exitCode()).isZero();
    return sent();
  }

  private JobSpec sent() {
    String body = node.seen().get(node.seen().size() - 1).body();
    ParsedSpec parsed = JobSpecParser.parse(body.getBytes(StandardCharsets.UTF_8));
    assertThat(parsed).as(body).isInstanceOf(ParsedSpec.Accepted.class);
    return ((ParsedSpec.Accepted) parsed).spec();
  }
}
