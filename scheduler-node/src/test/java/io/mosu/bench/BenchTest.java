// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;

class BenchTest {

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  private int run(String... args) {
    return Bench.run(
        args,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }

  @Test
  void placementPrintsATableAndOneLineOfJson() {
    try (FakeCluster cluster = new FakeCluster()) {
      int code =
          run(
              "placement",
              "--nodes",
              "1",
              "--tasks",
              "10",
              "--warm-up",
              "0",
              "--quiet",
              "0.2",
              "--address",
              cluster.address());
      String text = out.toString(StandardCharsets.UTF_8);
      assertThat(code).as(err.toString(StandardCharsets.UTF_8)).isZero();
      assertThat(text)
          .contains("waiting: NO_CAPACITY         5")
          .contains("allocated_percent            62.50")
          .contains("journal                      not checked");
      assertThat(text.lines().reduce((a, b) -> b).orElse(""))
          .startsWith(
              "{\"name\":\"placement\",\"ok\":true,\"figures\":{\"allocated_percent\":62.50,")
          .contains("\"placements_per_s\":10.0")
          .contains("\"submit_to_confirm_p50_ms\":500")
          .contains("\"invited_per_task\":4.00")
          .contains("\"messages_per_placement\":8.00")
          .contains("\"journal_rows_per_placement\":3.00")
          .contains("\"acknowledged\":10,\"lost\":0");
    }
  }

  @Test
  void absentTracesAreNamed() {
    assertThat(run("replay", "no-such.csv", "--nodes", "none.csv")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("no-such.csv is absent");
  }

  @Test
  void unknownOptionsAreUsage() {
    assertThat(run("placement", "--fast")).isEqualTo(64);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("--fast");
  }
}
