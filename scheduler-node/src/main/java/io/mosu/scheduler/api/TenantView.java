// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import org.jspecify.annotations.Nullable;

/** One tenant as the API shows it. */
record TenantView(
    String id,
    int queued,
    int running,
    long ended,
    double gpusUsed,
    double gpusWaiting,
    double gpusGuaranteed,
    @Nullable Double gpusLimit,
    int weight,
    double gpusBorrowed) {

  static TenantView of(DemandDigest demand) {
    Quota quota = demand.quota();
    return new TenantView(
        demand.tenant().value(),
        demand.queued(),
        demand.running(),
        demand.ended(),
        demand.usedMilli() / 1000.0,
        demand.waitingMilli() / 1000.0,
        quota.guaranteedMilli() / 1000.0,
        quota.limitMilli() == Quota.NONE.limitMilli() ? null : quota.limitMilli() / 1000.0,
        quota.weight(),
        demand.borrowedMilli() / 1000.0);
  }
}
