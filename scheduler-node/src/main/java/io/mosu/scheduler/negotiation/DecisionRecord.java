// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import java.util.List;

/**
 * The kept transcript of one negotiation, bounded: the best offers, and refusals counted by reason.
 *
 * @param atMs wall time of the decision
 * @param rule the award rule that chose
 * @param invited nodes asked, over all rounds
 */
public record DecisionRecord(
    NegotiationId negotiation,
    long atMs,
    String rule,
    int rounds,
    int invited,
    List<Offer> offers,
    List<RefusalCount> refusals) {

  /** The most offers kept. */
  public static final int OFFERS_MAX = 16;

  public DecisionRecord {
    offers = List.copyOf(offers.subList(0, Math.min(offers.size(), OFFERS_MAX)));
    refusals = List.copyOf(refusals);
  }

  /** One proposal and what became of it. */
  public record Offer(NodeId node, double damage, boolean awarded) {}

  /**
   * One reason.
   *
   * @param detail the example's own numbers
   */
  public record RefusalCount(Refusal reason, int count, NodeId example, String detail) {}
}
