// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.HashSet;
import java.util.Optional;
import java.util.Set;

/** One tenant's ledger, rebuilt from its journal by the rules that wrote it. */
final class TenantFold {
  private TenantLedger ledger;
  private long lastWrittenMs;
  private long placements;
  private int invitedMax;

  TenantFold(TenantId tenant) {
    this.ledger = TenantLedger.blank(tenant);
  }

  TenantLedger ledger() {
    return ledger;
  }

  /** Wall time of the tenant's last event. */
  long lastWrittenMs() {
    return lastWrittenMs;
  }

  long placements() {
    return placements;
  }

  int invitedMax() {
    return invitedMax;
  }

  /** What {@code event} breaks, if it can be applied at all. */
  Optional<Violation> apply(TenantEvent event, long writtenMs, String entity) {
    Optional<Violation> broken = Optional.empty();
    if (event instanceof TenantEvent.EpochClaimed claimed) {
      if (claimed.epoch() != ledger.epoch() + 1) {
        broken = Optional.of(NodeFold.epoch(entity, claimed.epoch(), ledger.epoch()));
      }
    } else if (event instanceof TenantEvent.Placed placed) {
      placements++;
      invitedMax = Math.max(invitedMax, placed.decision().invited());
      broken = placed(placed, entity);
    } else if (event instanceof TenantEvent.TaskEnded ended) {
      broken = taskEnded(ended, entity);
    } else if (event instanceof TenantEvent.Requeued requeued) {
      broken = allEnded(requeued.number(), "restarted", entity);
    } else if (event instanceof TenantEvent.Ended ended) {
      broken =
          ended.state().terminal()
              ? allEnded(ended.number(), ended.state().name(), entity)
              : Optional.of(once(entity, "job " + ended.number() + " ended as " + ended.state()));
    }
    ledger = ledger.apply(event);
    lastWrittenMs = Math.max(lastWrittenMs, writtenMs);
    return broken;
  }

  private Optional<Violation> placed(TenantEvent.Placed placed, String entity) {
    Job job = ledger.active().get(placed.number());
    if (job == null) {
      return Optional.empty(); // applying it will fail, and say so
    }
    if (job.state() != JobState.QUEUED) {
      return Optional.of(once(entity, "job " + job.id() + " placed while " + job.state()));
    }
    Placement placement = placed.placement();
    Set<NodeId> nodes = new HashSet<>();
    boolean whole = placement.parts().size() == job.spec().nodes();
    for (int task = 0; task < placement.parts().size(); task++) {
      Part part = placement.parts().get(task);
      whole &= part.task() == task && nodes.add(part.node());
    }
    return whole
        ? Optional.empty()
        : Optional.of(
            new Violation(
                Violation.Rule.GANG_WHOLE,
                entity,
                "job %s of %d tasks placed as %s"
                    .formatted(job.id(), job.spec().nodes(), placement.parts())));
  }

  private Optional<Violation> taskEnded(TenantEvent.TaskEnded ended, String entity) {
    Job job = ledger.active().get(ended.number());
    if (job == null) {
      return Optional.empty();
    }
    boolean twice =
        job.placement()
            .filter(p -> ended.task() < p.parts().size())
            .map(p -> p.parts().get(ended.task()).exit().isPresent())
            .orElse(false);
    return twice
        ? Optional.of(once(entity, "task " + ended.task() + " of job " + job.id() + " ended twice"))
        : Optional.empty();
  }

  private Optional<Violation> allEnded(long number, String what, String entity) {
    Job job = ledger.active().get(number);
    return job == null || job.placement().map(Placement::allEnded).orElse(true)
        ? Optional.empty()
        : Optional.of(once(entity, "job " + job.id() + " " + what + " while a task of it may run"));
  }

  private static Violation once(String entity, String detail) {
    return new Violation(Violation.Rule.RUNS_ONCE, entity, detail);
  }
}
