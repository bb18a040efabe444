// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Moment;

/**
 * Keeps work away from a host on which nothing starts: it would take one task after the other,
 * being always free. After some failures in a row the node rests, each time longer, until a task
 * has started. Forgotten at a recovery, for three more failures say it again.
 */
final class Rest {
  static final int FAILURES = 3;
  static final long FIRST_MS = 15_000;
  static final long MAX_MS = 600_000;

  private int failures;
  private int rests;
  private long untilTickMs;
  private boolean on;

  /** A task has started. */
  void started() {
    failures = 0;
    rests = 0;
    on = false;
  }

  /** A task could not be started. */
  void failed(Moment now) {
    failures++;
    if (!on && (rests > 0 || failures >= FAILURES)) {
      on = true;
      untilTickMs = now.tickMs() + Math.min(MAX_MS, FIRST_MS << Math.min(rests, 10));
      rests++;
    }
  }

  void wake(Moment now) {
    on &= now.tickMs() < untilTickMs;
  }

  boolean on() {
    return on;
  }

  long nextTickMs() {
    return on ? untilTickMs : Long.MAX_VALUE;
  }

  /** For people. */
  String inWords(Moment now) {
    return "%d tasks in a row could not be started on it; tried again in %d s"
        .formatted(failures, Math.max(0, untilTickMs - now.tickMs() + 999) / 1_000);
  }
}
