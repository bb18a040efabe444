// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import java.util.List;
import java.util.Set;

/** What a tenant may know of the nodes before it asks them: its board. It may be old. */
public interface Supply {

  /**
   * The nodes to ask for {@code shape}: the best ones and a few by chance, in the order of
   * preference; fewer than {@code count} if no more seem to have room.
   */
  List<NodeId> candidates(Shape shape, int count, Set<NodeId> except, Moment now);

  /**
   * The nodes to ask to keep room for {@code shape}: those first that lack least. Walks all nodes.
   *
   * @param reclaim whether those come first that others borrowed enough of
   */
  List<NodeId> lacking(Shape shape, int count, Set<NodeId> except, boolean reclaim);

  /** Somebody submitted {@code tasks} tasks of {@code shape}: more of that kind are expected. */
  void arrived(Shape shape, int tasks);

  /** Takes in a node's word on itself, if it is newer. */
  void learn(Digest digest);

  /**
   * Counts {@code shape} as taken on {@code node} until {@link #forget}, so that others look
   * elsewhere first; not longer than until {@code untilTickMs}, because the asker may crash.
   */
  void intend(NegotiationId negotiation, NodeId node, Shape shape, long untilTickMs);

  /** The negotiation is over, whichever way. */
  void forget(NegotiationId negotiation);

  /** All negotiations of {@code tenant} are over: it begins anew. */
  void forgetAll(TenantId tenant);

  /** Whether {@code node} seems to have room. */
  boolean seemsToFit(NodeId node, Shape shape);

  /** Whether {@code nodes} nodes could ever host the shape if nothing else ran. */
  Possibility possibility(Shape shape, int nodes);

  /** Why no node seems to have room: each reason with its count and an example. Walks all nodes. */
  List<DecisionRecord.RefusalCount> explain(Shape shape);

  /** An answer that may not be known yet. */
  enum Possibility {
    POSSIBLE,
    IMPOSSIBLE,
    /** The inventory is not loaded, or there is none yet. */
    UNKNOWN
  }
}
