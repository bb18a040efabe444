// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.Wire;

/** What a tenant says to a node. Each may be lost, late or doubled; each is safe to repeat. */
public sealed interface NodeMessage extends Wire {

  /** The node that is addressed. */
  NodeId node();

  /** The negotiation that this is about. */
  NegotiationId negotiation();

  /**
   * Asks for an offer for one task; answered by a {@link TenantMessage.Proposal} with a hold, or a
   * {@link TenantMessage.Declined}.
   *
   * @param holdMs how long the hold is to last
   * @param limitMs how long the task may run at most, 0 for as long as it likes
   * @param reserveMs for how long the node keeps the room for the job as it comes free, 0 if not
   * @param reclaim whether it asks back what others borrowed
   */
  record CallForProposals(
      NodeId node,
      NegotiationId negotiation,
      JobId job,
      Rank rank,
      Shape shape,
      long holdMs,
      long limitMs,
      long reserveMs,
      boolean reclaim)
      implements NodeMessage {

    /** One that reserves nothing. */
    public CallForProposals(
        NodeId node,
        NegotiationId negotiation,
        JobId job,
        Rank rank,
        Shape shape,
        long holdMs,
        long limitMs) {
      this(node, negotiation, job, rank, shape, holdMs, limitMs, 0, false);
    }
  }

  /**
   * Takes the offer for the task of number {@code task}; answered by a {@link
   * TenantMessage.Confirmation} or a {@link TenantMessage.Declined}. Sent again until answered.
   *
   * @param task the task's place in its gang, from 0
   * @param limitMs as in the call
   */
  record Award(
      NodeId node,
      NegotiationId negotiation,
      JobId job,
      Rank rank,
      Shape shape,
      int task,
      long limitMs)
      implements NodeMessage {}

  /**
   * Gives a hold or a provisional lease back; not answered: a node that missed it will ask.
   *
   * @param unreserve whether room that is kept for the job is given back, too
   */
  record Withdrawal(NodeId node, NegotiationId negotiation, boolean unreserve)
      implements NodeMessage {

    /** One that leaves what is kept for the job. */
    public Withdrawal(NodeId node, NegotiationId negotiation) {
      this(node, negotiation, false);
    }
  }

  /**
   * The placement is journaled: start the task. Answered by {@link TenantMessage.StartAcknowledged}
   * and sent again until then.
   *
   * @param token of the lease that is placed: a late double must not start a lease that a late
   *     award made anew
   * @param masterAddress where task 0 of the gang is
   */
  record Start(
      NodeId node,
      NegotiationId negotiation,
      JobId job,
      long token,
      TaskSpec spec,
      int world,
      String masterAddress,
      int masterPort)
      implements NodeMessage {}

  /** The task is to end; answered by {@link TenantMessage.TaskEnded}, sent again until then. */
  record Stop(NodeId node, NegotiationId negotiation, JobId job, long token)
      implements NodeMessage {}

  /** The tenant has journaled the end of the task: the node may release its lease. */
  record EndAcknowledged(NodeId node, NegotiationId negotiation) implements NodeMessage {}
}
