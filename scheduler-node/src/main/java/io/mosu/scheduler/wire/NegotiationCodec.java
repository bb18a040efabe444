// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.Award;
import io.mosu.protocol.v1.CallForProposals;
import io.mosu.protocol.v1.EndAcknowledged;
import io.mosu.protocol.v1.Start;
import io.mosu.protocol.v1.Stop;
import io.mosu.protocol.v1.Withdrawal;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.negotiation.NodeMessage;
import java.util.List;

/** What a tenant says to a node, of {@code negotiation.proto}. */
final class NegotiationCodec {

  private static final int PORT_MAX = 65_535;

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              NodeMessage.CallForProposals.class,
              "node.call",
              NegotiationCodec::encode,
              CallForProposals.parser(),
              NegotiationCodec::decode),
          new Binding<>(
              NodeMessage.Award.class,
              "node.award",
              NegotiationCodec::encode,
              Award.parser(),
              NegotiationCodec::decode),
          new Binding<>(
              NodeMessage.Withdrawal.class,
              "node.withdrawal",
              NegotiationCodec::encode,
              Withdrawal.parser(),
              NegotiationCodec::decode),
          new Binding<>(
              NodeMessage.Start.class,
              "node.start",
              NegotiationCodec::encode,
              Start.parser(),
              NegotiationCodec::decode),
          new Binding<>(
              NodeMessage.Stop.class,
              "node.stop",
              NegotiationCodec::encode,
              Stop.parser(),
              NegotiationCodec::decode),
          new Binding<>(
              NodeMessage.EndAcknowledged.class,
              "node.end-acknowledged",
              NegotiationCodec::encode,
              EndAcknowledged.parser(),
              NegotiationCodec::decode));

  private NegotiationCodec() {}

  private static CallForProposals encode(NodeMessage.CallForProposals call) {
    return CallForProposals.newBuilder()
        .setNode(call.node().value())
        .setNegotiation(call.negotiation().value())
        .setJob(ValueCodec.encode(call.job()))
        .setRank(ValueCodec.encode(call.rank()))
        .setShape(ValueCodec.encode(call.shape()))
        .setHoldMs(call.holdMs())
        .setLimitMs(call.limitMs())
        .setReserveMs(call.reserveMs())
        .setReclaim(call.reclaim())
        .build();
  }

  private static NodeMessage.CallForProposals decode(CallForProposals call) {
    return new NodeMessage.CallForProposals(
        new NodeId(call.getNode()),
        new NegotiationId(call.getNegotiation()),
        ValueCodec.job(call.getJob()),
        ValueCodec.decode(Check.present(call.hasRank(), call.getRank(), "rank")),
        ValueCodec.decode(Check.present(call.hasShape(), call.getShape(), "shape")),
        Check.count(call.getHoldMs(), "hold_ms"),
        Check.count(call.getLimitMs(), "limit_ms"),
        Check.count(call.getReserveMs(), "reserve_ms"),
        call.getReclaim());
  }

  private static Award encode(NodeMessage.Award award) {
    return Award.newBuilder()
        .setNode(award.node().value())
        .setNegotiation(award.negotiation().value())
        .setJob(ValueCodec.encode(award.job()))
        .setRank(ValueCodec.encode(award.rank()))
        .setShape(ValueCodec.encode(award.shape()))
        .setTask(award.task())
        .setLimitMs(award.limitMs())
        .build();
  }

  private static NodeMessage.Award decode(Award award) {
    return new NodeMessage.Award(
        new NodeId(award.getNode()),
        new NegotiationId(award.getNegotiation()),
        ValueCodec.job(award.getJob()),
        ValueCodec.decode(Check.present(award.hasRank(), award.getRank(), "rank")),
        ValueCodec.decode(Check.present(award.hasShape(), award.getShape(), "shape")),
        Check.count(award.getTask(), "task"),
        Check.count(award.getLimitMs(), "limit_ms"));
  }

  private static Withdrawal encode(NodeMessage.Withdrawal withdrawal) {
    return Withdrawal.newBuilder()
        .setNode(withdrawal.node().value())
        .setNegotiation(withdrawal.negotiation().value())
        .setUnreserve(withdrawal.unreserve())
        .build();
  }

  private static NodeMessage.Withdrawal decode(Withdrawal withdrawal) {
    return new NodeMessage.Withdrawal(
        new NodeId(withdrawal.getNode()),
        new NegotiationId(withdrawal.getNegotiation()),
        withdrawal.getUnreserve());
  }

  private static Start encode(NodeMessage.Start start) {
    return Start.newBuilder()
        .setNode(start.node().value())
        .setNegotiation(start.negotiation().value())
        .setJob(ValueCodec.encode(start.job()))
        .setToken(start.token())
        .setSpec(ValueCodec.encode(start.spec()))
        .setWorld(start.world())
        .setMasterAddress(start.masterAddress())
        .setMasterPort(start.masterPort())
        .build();
  }

  private static NodeMessage.Start decode(Start start) {
    return new NodeMessage.Start(
        new NodeId(start.getNode()),
        new NegotiationId(start.getNegotiation()),
        ValueCodec.job(start.getJob()),
        Check.count(start.getToken(), "token"),
        ValueCodec.decode(Check.present(start.hasSpec(), start.getSpec(), "spec")),
        Check.count(start.getWorld(), "world"),
        start.getMasterAddress(),
        Check.between(start.getMasterPort(), 0, PORT_MAX, "master_port"));
  }

  private static Stop encode(NodeMessage.Stop stop) {
    return Stop.newBuilder()
        .setNode(stop.node().value())
        .setNegotiation(stop.negotiation().value())
        .setJob(ValueCodec.encode(stop.job()))
        .setToken(stop.token())
        .build();
  }

  private static NodeMessage.Stop decode(Stop stop) {
    return new NodeMessage.Stop(
        new NodeId(stop.getNode()),
        new NegotiationId(stop.getNegotiation()),
        ValueCodec.job(stop.getJob()),
        Check.count(stop.getToken(), "token"));
  }

  private static EndAcknowledged encode(NodeMessage.EndAcknowledged end) {
    return EndAcknowledged.newBuilder()
        .setNode(end.node().value())
        .setNegotiation(end.negotiation().value())
        .build();
  }

  private static NodeMessage.EndAcknowledged decode(EndAcknowledged end) {
    return new NodeMessage.EndAcknowledged(
        new NodeId(end.getNode()), new NegotiationId(end.getNegotiation()));
  }
}
