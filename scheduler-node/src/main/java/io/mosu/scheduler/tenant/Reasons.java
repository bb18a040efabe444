// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Negotiation;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** Which failed negotiations are worth a row of the journal. */
final class Reasons {

  /** Reasons of a moment: to journal each would cost more than it tells. */
  private static final Set<Refusal> PASSING =
      Set.of(Refusal.HELD, Refusal.WOUNDED, Refusal.HOLD_GONE, Refusal.NO_ANSWER);

  private Reasons() {}

  /** Why the job waits, unless that passes by itself or is what was kept last. */
  static Optional<TenantEvent> news(Job job, DecisionRecord decision) {
    Set<Refusal> reasons = of(decision);
    return !reasons.isEmpty()
            && reasons.stream().noneMatch(PASSING::contains)
            && !reasons.equals(job.decision().map(Reasons::of).orElse(Set.of()))
        ? Optional.of(new TenantEvent.Deferred(job.id().number(), decision))
        : Optional.empty();
  }

  /** What a job waits for that its tenant's limit leaves no room for. */
  static RefusalCount overLimit(Job job, TenantLedger ledger) {
    return new RefusalCount(
        Refusal.QUOTA,
        1,
        new NodeId("-"),
        "%s GPUs asked, %s in use, %s is the tenant's limit"
            .formatted(
                Quota.gpus(job.gpuMilli()),
                Quota.gpus(ledger.totals().usedMilli()),
                Quota.gpus(ledger.quota().limitMilli())));
  }

  /** The result for a job whose negotiation could not begin. */
  static Queue.Result hopeless(Job job, NegotiationId id, List<RefusalCount> reasons, Moment now) {
    return new Queue.Result(
        job.id().number(),
        Optional.empty(),
        new DecisionRecord(id, now.wallMs(), Negotiation.BALANCED, 0, 0, List.of(), reasons));
  }

  private static Set<Refusal> of(DecisionRecord record) {
    return record.refusals().stream()
        .map(DecisionRecord.RefusalCount::reason)
        .collect(Collectors.toSet());
  }
}
