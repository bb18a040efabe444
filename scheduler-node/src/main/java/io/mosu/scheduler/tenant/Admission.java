// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.Supply;
import java.time.Instant;
import java.util.Optional;

/** What is refused at submission, because it could never start. */
final class Admission {

  private Admission() {}

  static Optional<Refused> refuse(
      JobSpec spec, TenantLedger ledger, TenantTerms terms, Supply supply, Moment now) {
    Shape shape = spec.shape();
    int nodes = spec.nodes();
    if (ledger.active().size() >= terms.jobsMax()) {
      return refused(Refusal.QUEUE_FULL, terms.jobsMax() + " jobs are active already");
    }
    if (supply.possibility(shape, nodes) == Supply.Possibility.IMPOSSIBLE) {
      return refused(
          Refusal.IMPOSSIBLE,
          "%s of this cluster could ever host %s"
              .formatted(
                  nodes == 1 ? "no node" : "fewer than " + nodes + " nodes", shape.inWords()));
    }
    long latestMs = spec.latestStartMs();
    if (latestMs <= Math.max(now.wallMs(), spec.conditions().beginMs())) {
      return refused(
          Refusal.DEADLINE,
          "it would have to start before %s to meet its deadline"
              .formatted(Instant.ofEpochMilli(latestMs)));
    }
    for (Dependency dependency : spec.conditions().dependencies()) {
      if (ledger.job(dependency.number()) == null) {
        return refused(
            Refusal.UNKNOWN_JOB,
            "no job %s, or it is long over: %s"
                .formatted(dependency.on(ledger.tenant()), dependency.kind()));
      }
    }
    long askedMilli = nodes * shape.totalGpuMilli();
    long limitMilli = ledger.quota().limitMilli();
    return askedMilli > limitMilli
        ? refused(
            Refusal.QUOTA,
            "%s GPUs asked, %s is the tenant's limit"
                .formatted(Quota.gpus(askedMilli), Quota.gpus(limitMilli)))
        : Optional.empty();
  }

  private static Optional<Refused> refused(Refusal reason, String detail) {
    return Optional.of(new Refused(reason, detail));
  }
}
