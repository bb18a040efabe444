// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.metering.LedgerCheck.Granted;
import io.mosu.scheduler.metering.LedgerCheck.Grants;
import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.Exit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;

/**
 * Follows each task over the ledgers of all hosts: it runs in one place at a time. Within one start
 * of a host clocks are one. Between two, each clock is placed between what the journal wrote before
 * and after it: what overlaps wherever it lies in between did overlap.
 */
final class TaskSweep {

  /** The wall clocks of two scheduler nodes are that far apart at most. */
  private static final long CLOCKS_APART_MS = 1_000;

  private record Task(String job, int task) {}

  private record Lease(String node, long token, String boot) {}

  /** How one task ran on one host: it was alive from the one to the other for certain. */
  private static final class Attempt {
    private final Lease lease;
    private final long fromMs;
    private long untilMs;

    private Attempt(Lease lease, long fromMs) {
      this.lease = lease;
      this.fromMs = fromMs;
      this.untilMs = fromMs;
    }

    private String inWords() {
      return "node %s, token %d, %d to %d ms of boot %s"
          .formatted(lease.node(), lease.token(), fromMs, untilMs, lease.boot());
    }
  }

  /** Bounds of what a clock lags behind wall time. */
  private record Clock(long leastMs, long mostMs) {
    private static final Clock UNKNOWN = new Clock(Long.MIN_VALUE, Long.MAX_VALUE);

    private boolean known() {
      return leastMs != Long.MIN_VALUE && mostMs != Long.MAX_VALUE;
    }
  }

  private final Map<Task, Map<Lease, Attempt>> attempts = new LinkedHashMap<>();
  private final Map<String, Clock> clocks = new HashMap<>();
  private final Map<Task, List<LedgerLine>> fences = new HashMap<>();
  private final Grants grants;

  TaskSweep(Grants grants) {
    this.grants = grants;
  }

  /** Takes in a line, in any order of hosts; those of one in the order of time. */
  void take(LedgerLine line) {
    Task task = new Task(line.job(), line.task());
    Lease lease = new Lease(line.node(), line.token(), line.boot());
    Map<Lease, Attempt> all = attempts.computeIfAbsent(task, t -> new LinkedHashMap<>());
    if (line.start() || line.adopt()) {
      all.putIfAbsent(lease, new Attempt(lease, line.atMs()));
    }
    Attempt attempt = all.get(lease);
    if (attempt != null && line.seenAlive()) {
      attempt.untilMs = Math.max(attempt.untilMs, line.atMs());
    }
    if (line.fence()) {
      fences.computeIfAbsent(task, t -> new ArrayList<>()).add(line);
    }
    place(line);
  }

  private void place(LedgerLine line) {
    Granted granted = grants.of(line.node(), line.token());
    if (granted == null) {
      return;
    }
    Clock clock = clocks.getOrDefault(line.boot(), Clock.UNKNOWN);
    if (line.start()) {
      long lag = granted.leasedMs() - line.atMs(); // the order came after the lease
      clocks.put(line.boot(), new Clock(Math.max(clock.leastMs(), lag), clock.mostMs()));
    } else if (line.exit().filter(Exit.Kind.EXITED::equals).isPresent()
        && line.exit().equals(granted.end())) {
      long lag = granted.endedMs() - line.atMs(); // the journal has what this line reported
      clocks.put(line.boot(), new Clock(clock.leastMs(), Math.min(clock.mostMs(), lag)));
    }
  }

  /** Tasks that were in two places at once. */
  List<Violation> check() {
    List<Violation> found = new ArrayList<>();
    attempts.forEach(
        (task, all) -> {
          List<Attempt> inOrder = new ArrayList<>(all.values());
          inOrder.sort(
              Comparator.comparing((Attempt a) -> a.lease.boot()).thenComparingLong(a -> a.fromMs));
          for (int i = 0; i < inOrder.size(); i++) {
            for (Attempt later : inOrder.subList(i + 1, inOrder.size())) {
              Attempt earlier = inOrder.get(i);
              if (together(earlier, later)) {
                String detail = "task %d of %s ran on %s, and on %s";
                found.add(
                    new Violation(
                        Rule.LEDGER_ALONE,
                        later.lease.node(),
                        detail.formatted(
                            task.task(), task.job(), earlier.inWords(), later.inWords())));
              }
            }
          }
        });
    return found;
  }

  /** Of two in the order of boots and times. */
  private boolean together(Attempt a, Attempt b) {
    if (a.lease.boot().equals(b.lease.boot())) {
      return b.fromMs < a.untilMs;
    }
    Clock ofA = clocks.getOrDefault(a.lease.boot(), Clock.UNKNOWN);
    Clock ofB = clocks.getOrDefault(b.lease.boot(), Clock.UNKNOWN);
    if (a.lease.node().equals(b.lease.node()) || !ofA.known() || !ofB.known()) {
      return false; // a host that starts again has ended what ran
    }
    long latestFrom = Math.max(a.fromMs + ofA.mostMs(), b.fromMs + ofB.mostMs());
    long earliestUntil = Math.min(a.untilMs + ofA.leastMs(), b.untilMs + ofB.leastMs());
    return latestFrom + CLOCKS_APART_MS < earliestUntil;
  }

  /** From the fence of a task to where it was started next, at least; within one start of hosts. */
  OptionalLong leastFenceMs() {
    OptionalLong least = OptionalLong.empty();
    for (Map.Entry<Task, List<LedgerLine>> of : fences.entrySet()) {
      for (LedgerLine fence : of.getValue()) {
        OptionalLong next =
            attempts.getOrDefault(of.getKey(), Map.of()).values().stream()
                .filter(a -> a.lease.boot().equals(fence.boot()))
                .filter(
                    a -> !a.lease.node().equals(fence.node()) || a.lease.token() > fence.token())
                .mapToLong(a -> a.fromMs - fence.atMs())
                .filter(gap -> gap >= 0)
                .min();
        if (next.isPresent()) {
          least = OptionalLong.of(Math.min(next.getAsLong(), least.orElse(Long.MAX_VALUE)));
        }
      }
    }
    return least;
  }
}
