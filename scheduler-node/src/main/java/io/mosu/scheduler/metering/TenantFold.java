// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * One tenant's ledger, rebuilt from its journal by the rules that wrote it; and, counted apart from
 * them, what the events themselves say: a rule that loses a job cannot hide it.
 */
final class TenantFold {
  private record Leased(NodeId node, long token) {}

  /** How a task ended, and when that was journaled. */
  record Over(Exit exit, long writtenMs) {}

  private TenantLedger ledger;
  private long lastWrittenMs;
  private long placements;
  private int invitedMax;
  private final Map<Long, String> keys = new HashMap<>();
  private final Map<Long, JobState> endedAs = new HashMap<>();
  private final Map<Leased, Over> over = new HashMap<>();
  private final Map<Long, Long> used = new HashMap<>();
  private long submissions;
  private long usedMilli;

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

  /** Submissions, doubled ones too. */
  long submissions() {
    return submissions;
  }

  /** The idempotency key of that submission, empty if it had none; null if it never was. */
  @Nullable String key(long number) {
    return keys.get(number);
  }

  /** How the job ended, or else how it stands; null if it is unknown. */
  @Nullable JobState state(long number) {
    JobState end = endedAs.get(number);
    Job active = ledger.active().get(number);
    return end != null ? end : active == null ? null : active.state();
  }

  /** How the task of that lease ended; null if it did not. */
  @Nullable Over over(NodeId node, long token) {
    return over.get(new Leased(node, token));
  }

  /** Takes in what the event itself says, whether or not it can be applied. */
  void count(TenantEvent event) {
    if (event instanceof TenantEvent.Submitted submitted) {
      submissions++;
      keys.putIfAbsent(submitted.number(), submitted.key());
    } else if (event instanceof TenantEvent.Ended ended) {
      endedAs.putIfAbsent(ended.number(), ended.state());
    }
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
      broken = placed(placed, entity).or(() -> withinLimit(placed, entity));
    } else if (event instanceof TenantEvent.TaskEnded ended) {
      broken = taskEnded(ended, writtenMs, entity);
    } else if (event instanceof TenantEvent.Requeued requeued) {
      broken = allEnded(requeued.number(), "restarted", entity);
      giveBack(requeued.number());
    } else if (event instanceof TenantEvent.Ended ended) {
      giveBack(ended.number());
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

  /** Sums up what nodes granted, not what was asked: the rules under check count the latter. */
  private Optional<Violation> withinLimit(TenantEvent.Placed placed, String entity) {
    long milli = 0;
    for (Part part : placed.placement().parts()) {
      milli += part.grant().totalGpuMilli();
    }
    giveBack(placed.number());
    used.put(placed.number(), milli);
    usedMilli += milli;
    long limitMilli = ledger.quota().limitMilli(); // one set below what is in use ends nothing
    return milli == 0 || usedMilli <= limitMilli
        ? Optional.empty()
        : Optional.of(
            new Violation(
                Violation.Rule.WITHIN_LIMIT,
                entity,
                "job %d brings it to %d GPU milli of %d"
                    .formatted(placed.number(), usedMilli, limitMilli)));
  }

  private void giveBack(long number) {
    Long milli = used.remove(number);
    usedMilli -= milli == null ? 0 : milli;
  }

  private Optional<Violation> taskEnded(
      TenantEvent.TaskEnded ended, long writtenMs, String entity) {
    Job job = ledger.active().get(ended.number());
    if (job == null) {
      return Optional.empty();
    }
    job.placement()
        .filter(p -> ended.task() < p.parts().size())
        .map(p -> p.parts().get(ended.task()))
        .ifPresent(
            part ->
                over.putIfAbsent(
                    new Leased(part.node(), part.token()), new Over(ended.exit(), writtenMs)));
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
