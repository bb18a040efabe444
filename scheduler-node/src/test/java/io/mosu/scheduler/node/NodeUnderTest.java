// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.TRAIN;
import static io.mosu.testing.Specimens.at;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.placement.Mix;
import io.mosu.testing.Recorded;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;

/** A node's rules with a clock and a journal: what tests say to it and do to it. */
final class NodeUnderTest {

  static final NodeTerms TERMS = new NodeTerms(30_000, 5_000, 3_000, 500);

  static final HealthPolicy POLICY =
      HealthPolicy.of(
          Map.of(
              "xid-13", HealthPolicy.Action.JOB,
              "xid-63", HealthPolicy.Action.SUSPECT,
              "xid-79", HealthPolicy.Action.QUARANTINE,
              "rows-failed", HealthPolicy.Action.OUT));

  private final List<NodeEvent> journal = new ArrayList<>();
  private final Map<TenantId, Long> borrowed = new HashMap<>();
  private List<TenantId> deserving = List.of();
  private long tickMs = 1;
  private GpuNode rules;

  NodeUnderTest() {
    rules = recover();
  }

  GpuNode rules() {
    return rules;
  }

  long tickMs() {
    return tickMs;
  }

  long wallMs() {
    return at(tickMs).wallMs();
  }

  List<NodeEvent> journal() {
    return List.copyOf(journal);
  }

  /** What the board says that the tenant uses beyond its guarantee. */
  void borrowed(TenantId tenant, long milli) {
    borrowed.put(tenant, milli);
  }

  void deserving(TenantId... tenants) {
    deserving = List.of(tenants);
  }

  Recorded<NodeEvent, NodeEffect> hear(Wire message) {
    Recorded<NodeEvent, NodeEffect> out = new Recorded<>();
    rules.on(message, at(tickMs), out);
    journal.addAll(out.events());
    return out;
  }

  /** Lets time pass and wakes the rules at its end. */
  Recorded<NodeEvent, NodeEffect> pass(long ms) {
    tickMs += ms;
    Recorded<NodeEvent, NodeEffect> out = new Recorded<>();
    rules.wake(at(tickMs), out);
    journal.addAll(out.events());
    return out;
  }

  Recorded<NodeEvent, NodeEffect> hello(Inventory inventory, HostReport.Task... tasks) {
    return hear(new HostReport.Hello(N1, 1, inventory, List.of(tasks), tickMs));
  }

  Recorded<NodeEvent, NodeEffect> renew(HostReport.Task... tasks) {
    return hear(new HostReport.Renewal(N1, List.of(tasks), tickMs));
  }

  /** Brings job {@code number} to a provisional lease. */
  void lease(long number, Shape shape) {
    if (!rules.digest().reachable()) {
      hello(h100s(8));
    }
    hear(GpuNodeTest.award(number, shape));
  }

  NodeMessage.Start start(long number) {
    Lease lease = Objects.requireNonNull(rules.ledger().leases().get(negotiation(number)));
    return new NodeMessage.Start(
        N1, negotiation(number), job(number), lease.token(), TRAIN, 1, "10.0.0.1", 20_000);
  }

  /** Loses all that is not journaled. */
  void crash() {
    rules = recover();
  }

  private GpuNode recover() {
    NodeLedger ledger = NodeLedger.BLANK;
    for (NodeEvent event : journal) {
      ledger = ledger.apply(event);
    }
    NodeEvent claim = new NodeEvent.EpochClaimed(ledger.epoch() + 1);
    journal.add(claim);
    Demand demand =
        new Demand() {
          @Override
          public List<TenantId> deserving(Inventory inventory, Room room, int max) {
            return deserving;
          }

          @Override
          public long borrowedMilli(TenantId tenant) {
            return borrowed.getOrDefault(tenant, 0L);
          }

          @Override
          public Mix mix() {
            return Mix.prior();
          }
        };
    return new GpuNode(N1, ledger.apply(claim), TERMS, POLICY, demand, at(tickMs));
  }

  static <T extends TenantMessage> List<T> said(
      Recorded<NodeEvent, NodeEffect> out, Class<T> kind) {
    return out.effects().stream()
        .filter(NodeEffect.TellTenant.class::isInstance)
        .map(effect -> ((NodeEffect.TellTenant) effect).message())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }

  static <T extends HostOrder> List<T> ordered(Recorded<NodeEvent, NodeEffect> out, Class<T> kind) {
    return out.effects().stream()
        .filter(NodeEffect.TellAgent.class::isInstance)
        .map(effect -> ((NodeEffect.TellAgent) effect).order())
        .filter(kind::isInstance)
        .map(kind::cast)
        .toList();
  }
}
