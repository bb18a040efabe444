// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;

/** What a node says to a tenant. Each may be lost, late or doubled; each is safe to repeat. */
public sealed interface TenantMessage extends Wire {

  /** The tenant that is addressed. */
  TenantId tenant();

  /** The node that speaks. */
  NodeId node();

  /** All but an invitation. */
  sealed interface OnNegotiation extends TenantMessage {
    /** The negotiation that this is about. */
    NegotiationId negotiation();
  }

  /**
   * An offer; the node holds room for it for a short time.
   *
   * @param damage what the placement would spoil on the node, lower is better
   */
  record Proposal(
      TenantId tenant, NegotiationId negotiation, NodeId node, double damage, Digest digest)
      implements OnNegotiation {}

  /**
   * No offer, an offer taken back, or an award not honoured.
   *
   * @param detail the numbers behind the reason, for people
   */
  record Declined(
      TenantId tenant,
      NegotiationId negotiation,
      NodeId node,
      Refusal reason,
      String detail,
      Digest digest)
      implements OnNegotiation {}

  /**
   * The lease is journaled, and stays provisional until the tenant has journaled the placement.
   *
   * @param token the lease token; it only rises per device
   * @param address where the tasks of the gang reach this host
   */
  record Confirmation(
      TenantId tenant,
      NegotiationId negotiation,
      NodeId node,
      int task,
      long token,
      Grant grant,
      String address,
      Digest digest)
      implements OnNegotiation {}

  /** A provisional lease asks what became of its negotiation; asked again until answered. */
  record Inquiry(TenantId tenant, NegotiationId negotiation, NodeId node, JobId job)
      implements OnNegotiation {}

  /** The node brings the start to its agent; {@code running} once the agent reported it. */
  record StartAcknowledged(
      TenantId tenant, NegotiationId negotiation, NodeId node, JobId job, boolean running)
      implements OnNegotiation {}

  /** The agent of a task that is to go on without it fell silent, or spoke again. */
  record ContactChanged(
      TenantId tenant, NegotiationId negotiation, NodeId node, JobId job, boolean lost)
      implements OnNegotiation {}

  /** A task ended; said again until {@link NodeMessage.EndAcknowledged}. */
  record TaskEnded(TenantId tenant, NegotiationId negotiation, NodeId node, JobId job, Exit exit)
      implements OnNegotiation {}

  /**
   * Another tenant is below its guarantee and needs what the lease holds: if this one is above its
   * own, it ends the job, which waits again.
   */
  record Reclaim(TenantId tenant, NegotiationId negotiation, NodeId node, JobId job)
      implements OnNegotiation {}

  /** Room came free on a node and this tenant's waiting work is the most deserving. */
  record Invitation(TenantId tenant, NodeId node, Digest digest) implements TenantMessage {}
}
