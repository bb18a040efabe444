// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Port;
import io.mosu.scheduler.model.TenantId;

/** How a tenant's journal becomes its ledger, in every world. */
public interface TenantFold extends Port<TenantLedger, TenantEvent, TenantEffect> {

  TenantId id();

  @Override
  default TenantLedger blank() {
    return TenantLedger.blank(id());
  }

  @Override
  default TenantLedger apply(TenantLedger ledger, TenantEvent event) {
    return ledger.apply(event);
  }

  @Override
  default TenantEvent claim(TenantLedger ledger) {
    return new TenantEvent.EpochClaimed(ledger.epoch() + 1);
  }
}
