// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.GpuNode;
import io.mosu.scheduler.node.HealthPolicy;
import io.mosu.scheduler.node.NodeEffect;
import io.mosu.scheduler.node.NodeFold;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.node.Sessions;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** What a node's shell does, in a virtual world. */
final class NodePort implements NodeFold {

  /** What an agent said, and the connection on which it can be answered. */
  record FromAgent(Link link, HostReport report) implements Wire {}

  private final NodeId id;
  private final World world;
  private final int site;

  /** Short, so that devices come back within a storm. */
  private static final HealthPolicy POLICY =
      new HealthPolicy(
          Map.of(
              Operators.SUSPECT, HealthPolicy.Action.SUSPECT,
              Operators.FAULT, HealthPolicy.Action.QUARANTINE),
          2,
          60_000,
          2_000,
          3);

  private final Sessions<Link> links = new Sessions<>();
  private @Nullable GpuNode rules;

  NodePort(NodeId id, World world, int site) {
    this.id = id;
    this.world = world;
    this.site = site;
  }

  @Override
  public GpuNode rules(NodeLedger ledger, Moment now) {
    GpuNode fresh =
        new GpuNode(id, ledger, world.settings().node(), POLICY, world.board(site), now);
    rules = fresh;
    return fresh;
  }

  @Override
  public @Nullable Wire receive(Wire message) {
    if (message instanceof FromAgent from) {
      links.heard(from.report(), from.link());
      return from.report();
    }
    return message;
  }

  @Override
  public boolean readOnly(Wire message) {
    return false;
  }

  @Override
  public void carryOut(NodeEffect effect, Askers askers) {
    if (effect instanceof NodeEffect.TellTenant tell) {
      world.tellTenant(site, tell.message());
    } else if (effect instanceof NodeEffect.TellAgent tell) {
      Link link = rules == null ? null : links.of(tell.order(), rules.ledger());
      if (link != null) {
        link.down(tell.order());
      }
    } else if (effect instanceof NodeEffect.Publish publish) {
      world.boards().publish(site, publish);
    } else if (effect instanceof NodeEffect.Reply reply && reply.asker() != Operators.ASKER) {
      askers.answer(reply.asker(), reply.answer());
    }
  }
}
