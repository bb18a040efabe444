// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder.StartTask;
import io.mosu.scheduler.model.Exit;
import org.jspecify.annotations.Nullable;

/**
 * What the owner of a lease has still to do about it. Not journaled: after a recovery every lease
 * is provisional again, and tenant and agent tell the rest.
 */
final class Care {

  /** Where a lease stands. */
  enum Phase {
    /** The tenant has not said that it journaled the placement. */
    PROVISIONAL,
    /** The agent is to start the task. */
    STARTING,
    /** The agent runs the task. */
    ACTIVE,
    /** The agent is to stop the task. */
    STOPPING,
    /** The task is gone and the tenant has to journal it. */
    ENDED
  }

  /** The longest pause is {@code 1 << TRIES_MAX} times the first. */
  private static final int TRIES_MAX = 4;

  Phase phase = Phase.PROVISIONAL;
  private int tries;
  long dueTickMs;
  int missing;

  /** Whether the agent is silent while the task goes on. */
  boolean contactLost;

  /** Whether the agent says that nothing runs of a lease that is still provisional. */
  boolean gone;

  @Nullable StartTask start;
  @Nullable Exit exit;

  Care(long dueTickMs) {
    this.dueTickMs = dueTickMs;
  }

  /** To another phase, of which is then said more often again. */
  void move(Phase next) {
    if (next != phase) {
      phase = next;
      tries = 0;
    }
  }

  /** What is due is said soon again: somebody may hear it now. */
  void soon() {
    tries = 0;
  }

  /** Until what is not acknowledged is said again: each time longer, with a bound. */
  long pauseMs(long firstMs) {
    long pause = firstMs << tries;
    tries = Math.min(TRIES_MAX, tries + 1);
    return pause;
  }

  /** Whether the task may run. */
  boolean onHost() {
    return phase == Phase.STARTING || phase == Phase.ACTIVE || phase == Phase.STOPPING;
  }
}
