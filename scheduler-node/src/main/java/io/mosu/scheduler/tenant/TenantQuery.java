// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Wire;
import java.util.List;

/** What the edge asks a tenant; answered by a {@link TenantAnswer}. */
public sealed interface TenantQuery extends Wire {

  /**
   * Takes a job in.
   *
   * @param key idempotency key: the same key gets the same job; empty if none
   */
  record Submit(JobSpec spec, String key) implements TenantQuery {}

  /** Ends a job, whatever it does; repeatable. */
  record Cancel(long number) implements TenantQuery {}

  /**
   * One job.
   *
   * @param waitMs how long to wait for its end before answering, 0 to answer at once
   */
  record Get(long number, long waitMs) implements TenantQuery {}

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
  }

  /** Sets what the tenant may use; answered by its sums. */
  record SetQuota(Quota quota) implements TenantQuery {}

  /** The tenant's sums. */
  record Show() implements TenantQuery {}
}
