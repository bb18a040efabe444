// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.DecisionRecord;
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

  private static Set<Refusal> of(DecisionRecord record) {
    return record.refusals().stream()
        .map(DecisionRecord.RefusalCount::reason)
        .collect(Collectors.toSet());
  }
}
