// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.DecisionRecord;

/** What a tenant journals. {@code number} is the job's, within the tenant. */
public sealed interface TenantEvent extends Wire {

  /** A new owner took over; {@code epoch} is one higher than the last. */
  record EpochClaimed(long epoch) implements TenantEvent {}

  /** A job was taken in. */
  record Submitted(long number, JobSpec spec, String key, long atMs) implements TenantEvent {}

  /** A job could not be placed, for a reason other than the last one kept. */
  record Deferred(long number, DecisionRecord decision) implements TenantEvent {}

  /** All nodes of the gang have confirmed: the placement stands. */
  record Placed(long number, Placement placement, DecisionRecord decision) implements TenantEvent {}

  /**
   * The tasks are to be ended.
   *
   * @param cancel whether somebody cancelled the job, rather than that one of its tasks failed
   */
  record StopRequested(long number, boolean cancel, long atMs) implements TenantEvent {}

  /**
   * The tasks are to be ended so that another tenant gets what it is guaranteed; then the job waits
   * again.
   */
  record Preempted(long number, long atMs) implements TenantEvent {}

  /** The job must not start until it is released, or may. */
  record Held(long number, boolean held, long atMs) implements TenantEvent {}

  /** The job's priority was changed; it counts whenever the job waits. */
  record Prioritised(long number, int priority, long atMs) implements TenantEvent {}

  /** The tasks are to be ended, and the job is to wait again, because somebody asked for it. */
  record RequeueRequested(long number, long atMs) implements TenantEvent {}

  /** What the tenant may use was set. */
  record QuotaSet(Quota quota, long atMs) implements TenantEvent {}

  /** One task is gone. */
  record TaskEnded(long number, int task, Exit exit, long atMs) implements TenantEvent {}

  /**
   * The job waits again after its placement is gone.
   *
   * @param lost whether a host was lost, rather than that a task failed
   */
  record Requeued(long number, boolean lost, long atMs) implements TenantEvent {}

  /** The job is over. */
  record Ended(long number, JobState state, int exitCode, long atMs) implements TenantEvent {}
}
