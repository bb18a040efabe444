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

  Phase phase = Phase.PROVISIONAL;
  long dueTickMs;
  int missing;
  @Nullable StartTask start;
  @Nullable Exit exit;

  Care(long dueTickMs) {
    this.dueTickMs = dueTickMs;
  }
}
