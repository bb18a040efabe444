// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Wire;
import java.util.List;

/** What the edge asks a tenant; answered by a {@link TenantAnswer}. */
public sealed interface TenantQuery extends Wire {

  /** Whether it may have to be journaled before it is answered. */
  default boolean writes() {
    return true;
  }

  /** A question about one job, or an order that it is given. */
  sealed interface OnJob extends TenantQuery {
    /** The job's number. */
    long number();
  }

  /**
   * Takes a job in.
   *
   * @param key idempotency key: the same key gets the same job; empty if none
   */
  record Submit(JobSpec spec, String key) implements TenantQuery {}

  /** Ends a job, whatever it does; repeatable. */
  record Cancel(long number) implements OnJob {}

  /** Keeps a job from starting until it is released; one that runs goes on. Repeatable. */
  record Hold(long number) implements OnJob {}

  /** Ends a hold; repeatable. */
  record Release(long number) implements OnJob {}

  /**
   * Changes a job's priority; repeatable.
   *
   * @param priority -{@link JobSpec#PRIORITY_MAX} to {@link JobSpec#PRIORITY_MAX}
   */
  record Prioritise(long number, int priority) implements OnJob {}

  /** Ends the tasks of a job that is placed, which then waits again. */
  record Requeue(long number) implements OnJob {}

  /**
   * One job.
   *
   * @param waitMs how long to wait for its end before answering, 0 to answer at once
   */
  record Get(long number, long waitMs) implements OnJob {
    @Override
    public boolean writes() {
      return false;
    }
  }

  /**
   * A page of jobs by rising number.
   *
   * @param states those wanted, all if empty
   * @param after only numbers above this one
   */
  record ListJobs(List<JobState> states, long after, int limit) implements TenantQuery {
    public ListJobs {
      states = List.copyOf(states);
    }

    @Override
    public boolean writes() {
      return false;
    }
  }

  /** Sets what the tenant may use; answered by its sums. */
  record SetQuota(Quota quota) implements TenantQuery {}

  /** The tenant's sums. */
  record Show() implements TenantQuery {
    @Override
    public boolean writes() {
      return false;
    }
  }
}
