// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Wire;

/** What the edge asks a node. */
public sealed interface NodeQuery extends Wire {

  /** Answered by a {@link NodeView}. */
  record Show() implements NodeQuery {}

  /** No lease runs out before {@code untilMs}, a wall time; answered by a {@link NodeView}. */
  record Freeze(long untilMs, String reason) implements NodeQuery {}

  /** Ends a freeze; answered by a {@link NodeView}. */
  record Thaw() implements NodeQuery {}

  /** The job's tasks, whose agent is silent, are gone; answered by a {@link NodeView}. */
  record ReleaseLost(JobId job) implements NodeQuery {}

  /** The silent agent is gone for good, with its tasks; answered by a {@link NodeView}. */
  record ForgetAgent() implements NodeQuery {}

  /**
   * No new tasks; answered by a {@link NodeView}. Times are wall times in milliseconds.
   *
   * @param fromMs 0 for now
   * @param deadlineMs when what still runs is ended and goes elsewhere; 0 for never
   * @param untilMs when it ends by itself; 0 for never
   */
  record Drain(long fromMs, long deadlineMs, long untilMs, String reason) implements NodeQuery {}

  /** Ends a drain; answered by a {@link NodeView}. */
  record Undrain() implements NodeQuery {}

  /** Takes the device of that index out; answered by a {@link NodeView}. */
  record Quarantine(int device, String reason) implements NodeQuery {}

  /** Brings the device of that index back; answered by a {@link NodeView}. */
  record Restore(int device) implements NodeQuery {}
}
