// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Refusal;
import java.util.Optional;

/** What a job's owner may order of it besides its end: hold, release, priority, requeue. */
final class Steering {

  private Steering() {}

  /** Why the job cannot do as it is told; empty if it can, or has done so already. */
  static Optional<Refused> refuse(TenantQuery.OnJob order, Job job) {
    if (order instanceof TenantQuery.Cancel) {
      return Optional.empty();
    }
    if (job.state().terminal()) {
      return refused(Refusal.JOB_ENDED, job);
    }
    boolean comesBack = job.state() == JobState.PREEMPTING || job.state() == JobState.REQUEUING;
    return order instanceof TenantQuery.Requeue && job.state() != JobState.PLACED && !comesBack
        ? refused(Refusal.NOT_RUNNING, job)
        : Optional.empty();
  }

  private static Optional<Refused> refused(Refusal reason, Job job) {
    return Optional.of(new Refused(reason, job.id() + " is " + job.state()));
  }

  /** What is to be journaled; empty if the job is as it is told to be. */
  static Optional<TenantEvent> event(TenantQuery.OnJob order, Job job, long atMs) {
    Stand stand = job.stand();
    long number = job.id().number();
    if (order instanceof TenantQuery.Hold && !stand.held()) {
      return Optional.of(new TenantEvent.Held(number, true, atMs));
    } else if (order instanceof TenantQuery.Release && stand.held()) {
      return Optional.of(new TenantEvent.Held(number, false, atMs));
    } else if (order instanceof TenantQuery.Prioritise set && set.priority() != stand.priority()) {
      return Optional.of(new TenantEvent.Prioritised(number, set.priority(), atMs));
    } else if (order instanceof TenantQuery.Requeue && job.state() == JobState.PLACED) {
      return Optional.of(new TenantEvent.RequeueRequested(number, atMs));
    }
    return Optional.empty();
  }
}
