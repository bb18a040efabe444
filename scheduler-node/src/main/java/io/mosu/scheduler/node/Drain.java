// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import java.time.Instant;

/**
 * Operators' word that a node gets no new tasks. Times are wall times in milliseconds.
 *
 * @param fromMs when it begins; 0 if the node is not to be drained
 * @param deadlineMs when what still runs is ended and goes elsewhere; 0 for never
 * @param untilMs when it ends by itself; 0 for never
 * @param begun whether it has begun
 */
public record Drain(String reason, long fromMs, long deadlineMs, long untilMs, boolean begun) {

  public static final Drain NONE = new Drain("", 0, 0, 0, false);

  public Drain {
    boolean none = fromMs == 0 && deadlineMs == 0 && untilMs == 0 && !begun;
    boolean ordered =
        fromMs > 0
            && (deadlineMs == 0 || deadlineMs >= fromMs)
            && (untilMs == 0 || untilMs > fromMs);
    if (!none && !ordered) {
      throw new IllegalArgumentException(
          "no drain: from %d, deadline %d, until %d".formatted(fromMs, deadlineMs, untilMs));
    }
  }

  /** Whether operators asked for it, though it may not have begun. */
  public boolean planned() {
    return fromMs > 0;
  }

  /** Whether it comes before the end of what may run until {@code endMs}. */
  boolean cuts(long endMs) {
    return planned() && !begun && endMs > (deadlineMs > 0 ? deadlineMs : fromMs);
  }

  /** What is planned, for people. */
  String plan() {
    return "the drain that is planned for "
        + Instant.ofEpochMilli(fromMs)
        + (reason.isEmpty() ? "" : ": " + reason);
  }

  Drain begin() {
    return new Drain(reason, fromMs, deadlineMs, untilMs, true);
  }

  /** The next wall time at which something is due, {@code Long.MAX_VALUE} for never. */
  long nextMs(boolean leases) {
    long next = planned() && !begun ? fromMs : Long.MAX_VALUE;
    next = untilMs > 0 ? Math.min(next, untilMs) : next;
    return deadlineMs > 0 && leases ? Math.min(next, deadlineMs) : next;
  }

  /** For people. */
  String inWords() {
    return "drained by an operator" + (reason.isEmpty() ? "" : ": " + reason);
  }
}
