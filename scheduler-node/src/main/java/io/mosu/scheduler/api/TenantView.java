// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.negotiation.Demand.DemandDigest;

/** One tenant as the API shows it. */
record TenantView(
    String id, int queued, int running, long ended, double gpusUsed, double gpusWaiting) {

  static TenantView of(DemandDigest demand) {
    return new TenantView(
        demand.tenant().value(),
        demand.queued(),
        demand.running(),
        demand.ended(),
        demand.usedMilli() / 1000.0,
        demand.waitingMilli() / 1000.0);
  }
}
