// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import java.util.List;

/** What a tenant answers the edge, if it does not refuse. */
public sealed interface TenantAnswer extends Wire {

  /**
   * One job.
   *
   * @param startedMs wall time when its tasks were seen to run, 0 if not seen by this owner
   * @param repeated whether a submission found the job that its key had made before
   * @param contactLost nodes whose agent is silent while the job's task there goes on
   */
  record JobAnswer(Job job, long startedMs, boolean repeated, List<NodeId> contactLost)
      implements TenantAnswer {
    public JobAnswer {
      contactLost = List.copyOf(contactLost);
    }

    public JobAnswer(Job job, long startedMs, boolean repeated) {
      this(job, startedMs, repeated, List.of());
    }
  }

  /** A page of jobs; {@code more} if others follow. */
  record JobsAnswer(List<JobAnswer> jobs, boolean more) implements TenantAnswer {
    public JobsAnswer {
      jobs = List.copyOf(jobs);
    }
  }

  /** The tenant's sums. */
  record Shown(DemandDigest demand) implements TenantAnswer {}
}
