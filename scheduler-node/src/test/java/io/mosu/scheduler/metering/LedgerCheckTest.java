// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.Exit;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerCheckTest {
  private static final long WALL_MS = 1_000_000;

  @TempDir Path state;

  private OptionalLong fenceToDeviceMs = OptionalLong.empty();
  private OptionalLong fenceToTaskMs = OptionalLong.empty();

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
  void tokensThatFallOverARebootAreCaught() {
    assertThat(
            check(
                line("z", 10, "START", 2, 1_000, "g0"), // the first one, whatever it is called
                line("a", 5, "START", 1, 1_000, "g0")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_TOKENS);
  }

  @Test
  void olderFilesComeFirst() throws IOException {
    Files.write(state.resolve("ledger.jsonl.10"), List.of(line("z", 10, "START", 1, 1_000, "g0")));
    Files.write(state.resolve("ledger.jsonl.2"), List.of(line("y", 10, "START", 2, 1_000, "g0")));
    assertThat(check(line("x", 10, "START", 3, 1_000, "g0"))).isEmpty();
  }

  @Test
  void taskThatIsAliveOnTwoHostsIsCaught() {
    for (String detail : List.of("by the guard", "FENCED 137")) {
      assertThat(
              check(
                  line("n-1", "b" + detail, 10, "START", 10, ""),
                  line("n-2", "b" + detail, 20, "START", 11, ""),
                  line("n-1", "b" + detail, 21, "FENCE", 10, detail)))
          .extracting(Violation::rule)
          .contains(Rule.LEDGER_ALONE);
    }
  }

  @Test
  void taskThatIsFoundRunningWhileAnotherHostRunsItIsCaught() {
    assertThat(
            check(
                line("n-1", "b", 10, "START", 10, ""),
                line("n-2", "b", 20, "START", 11, ""),
                line("n-1", "b", 30, "ADOPT", 10, "")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_ALONE);
  }

  @Test
  void endThatIsNotedLateIsNoSignOfLife() {
    assertThat(
            check(
                line("n-1", "b", 10, "START", 10, ""),
                line("n-2", "b", 20, "START", 11, ""),
                line("n-1", "b", 30, "STOP", 10, "LOST 0"),
                line("n-3", "b", 10, "START", 12, ""),
                line("n-3", "b", 30, "FENCE", 12, "FENCED 0")))
        .isEmpty();
  }

  @Test
  void fenceIsMeasuredToTheNextStartOfItsDeviceAndItsTask() {
    assertThat(
            check(
                line("n-1", "b", 10, "START", 10, ""),
                line("n-1", "b", 50, "FENCE", 10, "by the guard"),
                line("n-2", "b", 57, "START", 11, ""),
                line("n-1", "b", 62, "START", 12, "")))
        .isEmpty();
    assertThat(fenceToTaskMs).hasValue(7);
    assertThat(fenceToDeviceMs).hasValue(12);
  }

  /** The clock of either boot is known to 1 ms by a short task with its journaled end. */
  @Test
  void taskThatIsAliveOnTwoHostsOfDifferentClocksIsCaught() {
    List<String> clocks =
        List.of(
            line("n-1", "b1", 10_020, "START", 2, ""), // wall time less WALL_MS, and 10 s
            line("n-1", "b1", 10_069, "STOP", 2, "EXITED 0"),
            line("n-2", "b2", 20_030, "START", 3, ""), // 20 s
            line("n-2", "b2", 20_079, "STOP", 3, "EXITED 0"),
            line("n-1", "b1", 10_200, "START", 20, ""),
            line("n-2", "b2", 25_000, "START", 21, ""));
    List<String> apart = new ArrayList<>(clocks);
    apart.add(line("n-1", "b1", 15_900, "FENCE", 20, "by the guard"));
    assertThat(check(apart.toArray(String[]::new))).isEmpty(); // within what clocks may differ
    assertThat(
            check(
                line("n-2", "b2", 29_000, "FENCE", 21, "by the guard"),
                line("n-1", "b1", 16_200, "FENCE", 20, "by the guard")))
        .extracting(Violation::rule)
        .containsExactly(Rule.LEDGER_ALONE);
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
    List<Violation> found = check.check(LedgerCheckTest::granted);
    fenceToDeviceMs = check.fenceToDeviceMs();
    fenceToTaskMs = check.fenceToTaskMs();
    return found;
  }

  /** Token 1 to 9 of each node are of jobs of their own, token 10 and up of acme-1. */
  private static LedgerCheck.@Nullable Granted granted(String node, long token) {
    return token >= 90
        ? null
        : new LedgerCheck.Granted(
            "acme-" + (token < 10 ? token : 1),
            WALL_MS + 10 * token,
            Optional.of(Exit.Kind.EXITED),
            WALL_MS + 10 * token + 50);
  }

  private static String line(
      String node, String boot, long atMs, String event, long token, String detail) {
    return line(boot, atMs, event, token, 1_000, node + "-g0")
        .replace("\"node\":\"n\"", "\"node\":\"" + node + "\"")
        .replace("\"acme-" + token + "\"", "\"acme-" + (token < 10 ? token : 1) + "\"")
        .replace("\"detail\":\"\"", "\"detail\":\"" + detail + "\"");
  }

  private static String line(
      String boot, long atMs, String event, long token, int milli, String... devices) {
    return "{\"boot_id\":\"%s\",\"boottime_ms\":%d,\"event\":\"%s\",\"node\":\"n\",\"job\":\"acme-%d\",\"task\":0,\"devices\":[\"%s\"],\"milli\":%d,\"epoch\":1,\"token\":%d,\"pids\":0,\"detail\":\"\"}"
        .formatted(boot, atMs, event, token, String.join("\",\"", devices), milli, token);
  }
}
