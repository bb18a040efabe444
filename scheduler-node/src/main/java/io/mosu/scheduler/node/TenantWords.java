// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.node.NodeEffect.TellTenant;

/** What a node says to the tenants of its leases. */
record TenantWords(NodeId id) {

  TellTenant inquiry(Lease lease) {
    return new TellTenant(
        new TenantMessage.Inquiry(lease.job().tenant(), lease.negotiation(), id, lease.job()));
  }

  TellTenant acknowledged(Lease lease, boolean runs) {
    return new TellTenant(
        new TenantMessage.StartAcknowledged(
            lease.job().tenant(), lease.negotiation(), id, lease.job(), runs));
  }

  TellTenant contact(Lease lease, boolean lost) {
    return new TellTenant(
        new TenantMessage.ContactChanged(
            lease.job().tenant(), lease.negotiation(), id, lease.job(), lost));
  }

  TellTenant ended(Lease lease, Exit exit) {
    return ended(lease.negotiation(), lease.job(), exit);
  }

  /**
   * Released: whatever the tenant thinks, nothing of it runs here. A token that was not given yet
   * was given by a newer owner, for whom this one must not speak.
   */
  void notHere(
      NegotiationId negotiation,
      JobId job,
      long token,
      NodeLedger ledger,
      Outcome<NodeEvent, NodeEffect> out) {
    if (token <= ledger.lastToken()) {
      out.after(ended(negotiation, job, new Exit(Exit.Kind.NOT_STARTED, 0)));
    }
  }

  private TellTenant ended(NegotiationId negotiation, JobId job, Exit exit) {
    return new TellTenant(new TenantMessage.TaskEnded(job.tenant(), negotiation, id, job, exit));
  }
}
