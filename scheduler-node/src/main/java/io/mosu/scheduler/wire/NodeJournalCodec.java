// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.EpochClaimed;
import io.mosu.protocol.v1.NodeAgentForgotten;
import io.mosu.protocol.v1.NodeFrozen;
import io.mosu.protocol.v1.NodeLeaseKept;
import io.mosu.protocol.v1.NodeLeased;
import io.mosu.protocol.v1.NodeLost;
import io.mosu.protocol.v1.NodeRegistered;
import io.mosu.protocol.v1.NodeReleased;
import io.mosu.protocol.v1.NodeSnapshot;
import io.mosu.protocol.v1.NodeThawed;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Freeze;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;

/** What a node journals, of {@code journal.proto}. */
final class NodeJournalCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              NodeEvent.EpochClaimed.class,
              "node-event.epoch",
              NodeJournalCodec::encode,
              EpochClaimed.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Registered.class,
              "node-event.registered",
              NodeJournalCodec::encode,
              NodeRegistered.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Leased.class,
              "node-event.leased",
              NodeJournalCodec::encode,
              NodeLeased.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Lost.class,
              "node-event.lost",
              NodeJournalCodec::encode,
              NodeLost.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Released.class,
              "node-event.released",
              NodeJournalCodec::encode,
              NodeReleased.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.AgentForgotten.class,
              "node-event.agent-forgotten",
              event -> NodeAgentForgotten.newBuilder().setAtMs(event.atMs()).build(),
              NodeAgentForgotten.parser(),
              event -> new NodeEvent.AgentForgotten(Check.count(event.getAtMs(), "at_ms"))),
          new Binding<>(
              NodeEvent.LeaseKept.class,
              "node-event.lease-kept",
              NodeJournalCodec::encode,
              NodeLeaseKept.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Frozen.class,
              "node-event.frozen",
              NodeJournalCodec::encode,
              NodeFrozen.parser(),
              NodeJournalCodec::decode),
          new Binding<>(
              NodeEvent.Thawed.class,
              "node-event.thawed",
              event -> NodeThawed.newBuilder().setAtMs(event.atMs()).build(),
              NodeThawed.parser(),
              event -> new NodeEvent.Thawed(Check.count(event.getAtMs(), "at_ms"))),
          new Binding<>(
              NodeLedger.class,
              "node-snapshot",
              NodeJournalCodec::encode,
              NodeSnapshot.parser(),
              NodeJournalCodec::decode));

  private NodeJournalCodec() {}

  private static EpochClaimed encode(NodeEvent.EpochClaimed claimed) {
    return EpochClaimed.newBuilder().setEpoch(claimed.epoch()).build();
  }

  private static NodeEvent.EpochClaimed decode(EpochClaimed claimed) {
    return new NodeEvent.EpochClaimed(Check.count(claimed.getEpoch(), "epoch"));
  }

  private static NodeRegistered encode(NodeEvent.Registered registered) {
    var builder =
        NodeRegistered.newBuilder().setInventory(ValueCodec.encode(registered.inventory()));
    registered.speaker().ifPresent(speaker -> builder.setSpeaker(ValueCodec.encode(speaker)));
    return builder.build();
  }

  private static NodeEvent.Registered decode(NodeRegistered registered) {
    return new NodeEvent.Registered(
        ValueCodec.decode(
            Check.present(registered.hasInventory(), registered.getInventory(), "inventory")),
        registered.hasSpeaker()
            ? Optional.of(ValueCodec.decode(registered.getSpeaker()))
            : Optional.empty());
  }

  private static NodeLeaseKept encode(NodeEvent.LeaseKept kept) {
    return NodeLeaseKept.newBuilder()
        .setNegotiation(kept.negotiation().value())
        .setToken(kept.token())
        .build();
  }

  private static NodeEvent.LeaseKept decode(NodeLeaseKept kept) {
    return new NodeEvent.LeaseKept(
        new NegotiationId(kept.getNegotiation()), Check.count(kept.getToken(), "token"));
  }

  private static NodeFrozen encode(NodeEvent.Frozen frozen) {
    return NodeFrozen.newBuilder()
        .setUntilMs(frozen.untilMs())
        .setReason(frozen.reason())
        .setAtMs(frozen.atMs())
        .build();
  }

  private static NodeEvent.Frozen decode(NodeFrozen frozen) {
    return new NodeEvent.Frozen(
        Check.count(frozen.getUntilMs(), "until_ms"),
        frozen.getReason(),
        Check.count(frozen.getAtMs(), "at_ms"));
  }

  private static NodeLeased encode(NodeEvent.Leased leased) {
    return NodeLeased.newBuilder().setLease(JobCodec.encode(leased.lease())).build();
  }

  private static NodeEvent.Leased decode(NodeLeased leased) {
    return new NodeEvent.Leased(
        JobCodec.decode(Check.present(leased.hasLease(), leased.getLease(), "lease")));
  }

  private static NodeLost encode(NodeEvent.Lost lost) {
    return NodeLost.newBuilder()
        .setNegotiation(lost.negotiation().value())
        .setToken(lost.token())
        .setAtMs(lost.atMs())
        .build();
  }

  private static NodeEvent.Lost decode(NodeLost lost) {
    return new NodeEvent.Lost(
        new NegotiationId(lost.getNegotiation()),
        Check.count(lost.getToken(), "token"),
        Check.count(lost.getAtMs(), "at_ms"));
  }

  private static NodeReleased encode(NodeEvent.Released released) {
    return NodeReleased.newBuilder()
        .setNegotiation(released.negotiation().value())
        .setToken(released.token())
        .setAtMs(released.atMs())
        .build();
  }

  private static NodeEvent.Released decode(NodeReleased released) {
    return new NodeEvent.Released(
        new NegotiationId(released.getNegotiation()),
        Check.count(released.getToken(), "token"),
        Check.count(released.getAtMs(), "at_ms"));
  }

  private static NodeSnapshot encode(NodeLedger ledger) {
    var builder =
        NodeSnapshot.newBuilder().setEpoch(ledger.epoch()).setLastToken(ledger.lastToken());
    ledger.inventory().ifPresent(inventory -> builder.setInventory(ValueCodec.encode(inventory)));
    ledger.leases().values().stream()
        .sorted(Comparator.comparingLong(Lease::token))
        .forEach(lease -> builder.addLeases(JobCodec.encode(lease)));
    ledger.lost().stream().sorted().forEach(builder::addLost);
    ledger.speaker().ifPresent(speaker -> builder.setSpeaker(ValueCodec.encode(speaker)));
    ledger.kept().stream().sorted().forEach(builder::addKept);
    builder
        .setFrozenUntilMs(ledger.freeze().untilMs())
        .setFrozenReason(ledger.freeze().reason())
        .setThawed(ledger.freeze().thawed())
        .addAllHealth(HealthCodec.health(ledger.standing()))
        .addAllEnding(HealthCodec.ending(ledger.standing()));
    if (ledger.standing().drain().planned()) {
      builder.setDrain(HealthCodec.encode(ledger.standing().drain()));
    }
    return builder.build();
  }

  private static NodeLedger decode(NodeSnapshot snapshot) {
    Optional<Inventory> inventory =
        snapshot.hasInventory()
            ? Optional.of(ValueCodec.decode(snapshot.getInventory()))
            : Optional.empty();
    int devices = inventory.map(known -> known.devices().size()).orElse(0);
    PMap<NegotiationId, Lease> leases = HashTreePMap.empty();
    for (io.mosu.protocol.v1.Lease leased : snapshot.getLeasesList()) {
      Lease lease = JobCodec.decode(leased);
      lease
          .grant()
          .devices()
          .forEach(device -> Check.between(device, 0, devices - 1, "leased device"));
      leases = leases.plus(lease.negotiation(), lease);
    }
    try {
      return NodeLedger.of(
          Check.count(snapshot.getEpoch(), "epoch"),
          inventory,
          snapshot.hasSpeaker()
              ? Optional.of(ValueCodec.decode(snapshot.getSpeaker()))
              : Optional.empty(),
          Check.count(snapshot.getLastToken(), "last_token"),
          leases,
          HashTreePSet.from(snapshot.getLostList()),
          HashTreePSet.from(snapshot.getKeptList()),
          new Freeze(
              Check.count(snapshot.getFrozenUntilMs(), "frozen_until_ms"),
              snapshot.getFrozenReason(),
              snapshot.getThawed()),
          HealthCodec.standing(
              snapshot.getHealthList(),
              snapshot.getEndingList(),
              snapshot.hasDrain() ? HealthCodec.decode(snapshot.getDrain()) : Drain.NONE));
    } catch (IllegalStateException e) {
      throw new IllegalArgumentException("no ledger: " + e.getMessage(), e);
    }
  }
}
