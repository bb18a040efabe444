// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.metering.Violation.Rule;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCheckTest {
  @TempDir Path state;

  @Test
  void tasksOneAfterAnotherBreakNothing() {
    assertThat(
            check(
                line("b", 10, "START", 1, 1_000, "g0"),
                line("b", 20, "STOP", 1, 1_000, "g0"),
                line("b", 20, "START", 2, 1_000, "g0"),
                line("b", 25, "ADOPT", 2, 1_000, "g0"),
                line("b", 30, "FENCE", 2, 1_000, "g0"),
                line("b", 31, "REJECT", 1, 0, "g0")))
        .isEmpty();
  }

  @Test
  void partsOfADeviceAreSharedUpToItsWhole() {
    assertThat(check(line("b", 10, "START", 1, 500, "g0"), line("b", 11, "START", 2, 500, "g0")))
        .isEmpty();
    assertThat(check(line("b", 12, "START", 3, 1, "g0")))
        .extracting(Violation::rule)
        .contains(Rule.LEDGER_OVERLAP);
  }

  @Test
  void twoTasksOnOneDeviceAreCaught() {
    assertThat(
            check(
                line("b", 10, "START", 1, 1_000, "g0", "g1"),
                line("b", 15, "START", 2, 1_000, "g1"),
                line("b", 20, "STOP", 1, 1_000, "g0", "g1")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_OVERLAP);
  }

  @Test
  void taskFoundAgainIsInUseUntilItsEndIsSaid() {
    assertThat(
            check(
                line("b", 10, "ADOPT", 1, 1_000, "g0"),
                line("b", 20, "STOP", 1, 1_000, "g0"),
                line("b", 20, "STOP", 1, 1_000, "g0"),
                line("b", 21, "START", 2, 1_000, "g0"),
                line("b", 22, "ADOPT", 2, 1_000, "g0")))
        .isEmpty();
    assertThat(check(line("b", 23, "START", 3, 1_000, "g0")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_OVERLAP);
  }

  @Test
  void rebootEndsWhatRan() {
    assertThat(
            check(line("b1", 10, "START", 1, 1_000, "g0"), line("b2", 5, "START", 2, 1_000, "g0")))
        .isEmpty();
  }

  @Test
  void tokenThatIsOldDoubledOrNobodysIsCaught() {
    assertThat(
            check(
                line("b", 10, "START", 2, 1_000, "g0"),
                line("b", 11, "STOP", 2, 1_000, "g0"),
                line("b", 12, "START", 1, 1_000, "g0"),
                line("b", 13, "STOP", 1, 1_000, "g0"),
                line("b", 14, "START", 2, 1_000, "g0"),
                line("b", 15, "STOP", 2, 1_000, "g0"),
                line("b", 16, "START", 99, 1_000, "g0")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_TOKENS, Rule.LEDGER_ONCE, Rule.LEDGER_LEASED);
  }

  @Test
  void lineThatIsNoneIsNamed() {
    assertThat(check("{\"event\":"))
        .singleElement()
        .satisfies(broken -> assertThat(broken.rule()).isEqualTo(Rule.LEDGER_READABLE));
  }

  /** Tokens below 90 are the journal's. */
  private List<Violation> check(String... lines) {
    try {
      Path file = state.resolve("ledger.jsonl");
      List<String> all = Files.exists(file) ? Files.readAllLines(file) : List.of();
      Files.write(file, Stream.concat(all.stream(), List.of(lines).stream()).toList());
    } catch (IOException failure) {
      throw new AssertionError(failure);
    }
    LedgerCheck check = new LedgerCheck();
    check.read(state);
    return check.check((node, token) -> token < 90 ? "acme-" + token : null);
  }

  private static String line(
      String boot, long atMs, String event, long token, int milli, String... devices) {
    return "{\"boot_id\":\"%s\",\"boottime_ms\":%d,\"event\":\"%s\",\"node\":\"n\",\"job\":\"acme-%d\",\"task\":0,\"devices\":[\"%s\"],\"milli\":%d,\"epoch\":1,\"token\":%d,\"pids\":0,\"detail\":\"\"}"
        .formatted(boot, atMs, event, token, String.join("\",\"", devices), milli, token);
  }
}
