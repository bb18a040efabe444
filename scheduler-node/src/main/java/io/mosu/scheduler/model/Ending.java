// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.List;

/**
 * How a task that does not end by itself is brought to its end.
 *
 * @param stopSignal asks all its processes to end, by name without {@code SIG}
 * @param stopGraceMs how long they have from then until they are killed, 0 to {@link #GRACE_MAX_MS}
 * @param timeLimitMs how long one attempt may run, 0 for as long as it likes
 * @param warnSignal tells all its processes that the time limit is near; empty for no warning
 * @param warnBeforeMs how long before the limit, below {@code timeLimitMs}
 */
public record Ending(
    String stopSignal, long stopGraceMs, long timeLimitMs, String warnSignal, long warnBeforeMs) {

  public static final long GRACE_DEFAULT_MS = 5_000;

  /** The longest time that a task may take to end after it was asked to. */
  public static final long GRACE_MAX_MS = 600_000;

  /** A year. */
  public static final long TIME_LIMIT_MAX_MS = 365L * 24 * 3_600 * 1_000;

  /** What may be sent; KILL and STOP cannot be caught, so they are no request. */
  public static final List<String> SIGNALS =
      List.of("TERM", "INT", "HUP", "QUIT", "USR1", "USR2", "ALRM", "CONT", "WINCH");

  /** Asked by TERM, 5 s of grace, no time limit. */
  public static final Ending DEFAULT = new Ending("TERM", GRACE_DEFAULT_MS, 0, "", 0);

  public Ending {
    boolean warned = !warnSignal.isEmpty();
    if (!SIGNALS.contains(stopSignal)
        || (warned && !SIGNALS.contains(warnSignal))
        || stopGraceMs < 0
        || stopGraceMs > GRACE_MAX_MS
        || timeLimitMs < 0
        || timeLimitMs > TIME_LIMIT_MAX_MS
        || (warned ? warnBeforeMs < 0 || warnBeforeMs >= timeLimitMs : warnBeforeMs != 0)) {
      throw new IllegalArgumentException(
          "no ending: stop %s %d ms, limit %d ms, warn %s %d ms before"
              .formatted(stopSignal, stopGraceMs, timeLimitMs, warnSignal, warnBeforeMs));
    }
  }
}
