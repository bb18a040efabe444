// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.CanaryEnded;
import io.mosu.protocol.v1.DeviceSigns;
import io.mosu.protocol.v1.DrainNode;
import io.mosu.protocol.v1.EndingLease;
import io.mosu.protocol.v1.HealthGrade;
import io.mosu.protocol.v1.NodeDeviceGraded;
import io.mosu.protocol.v1.NodeDrained;
import io.mosu.protocol.v1.NodeEnding;
import io.mosu.protocol.v1.QuarantineDevice;
import io.mosu.protocol.v1.RestoreDevice;
import io.mosu.protocol.v1.RunCanary;
import io.mosu.protocol.v1.SignsKept;
import io.mosu.protocol.v1.UndrainNode;
import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.node.DeviceHealth;
import io.mosu.scheduler.node.DeviceHealth.Grade;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.Standing;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/** Devices' health and operators' drains, in the journal, on the wire and in queries. */
final class HealthCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              NodeEvent.DeviceGraded.class,
              "node-event.device-graded",
              event ->
                  NodeDeviceGraded.newBuilder()
                      .setHealth(encode(event.uuid(), event.health()))
                      .build(),
              NodeDeviceGraded.parser(),
              event ->
                  new NodeEvent.DeviceGraded(
                      event.getHealth().getUuid(),
                      decode(Check.present(event.hasHealth(), event.getHealth(), "health")))),
          new Binding<>(
              NodeEvent.Ending.class,
              "node-event.ending",
              event ->
                  NodeEnding.newBuilder()
                      .setNegotiation(event.negotiation().value())
                      .setToken(event.token())
                      .setExit(ValueCodec.encode(event.exit()))
                      .setAtMs(event.atMs())
                      .build(),
              NodeEnding.parser(),
              event ->
                  new NodeEvent.Ending(
                      new NegotiationId(event.getNegotiation()),
                      Check.count(event.getToken(), "token"),
                      ValueCodec.decode(Check.present(event.hasExit(), event.getExit(), "exit")),
                      Check.count(event.getAtMs(), "at_ms"))),
          new Binding<>(
              NodeEvent.Drained.class,
              "node-event.drained",
              event -> {
                var builder = NodeDrained.newBuilder().setAtMs(event.atMs());
                if (event.drain().planned()) {
                  builder.setDrain(encode(event.drain()));
                }
                return builder.build();
              },
              NodeDrained.parser(),
              event ->
                  new NodeEvent.Drained(
                      event.hasDrain() ? decode(event.getDrain()) : Drain.NONE,
                      Check.count(event.getAtMs(), "at_ms"))),
          new Binding<>(
              HostReport.Signs.class,
              "host.signs",
              HealthCodec::encode,
              DeviceSigns.parser(),
              HealthCodec::decode),
          new Binding<>(
              HostReport.CanaryEnded.class,
              "host.canary-ended",
              HealthCodec::encode,
              CanaryEnded.parser(),
              HealthCodec::decode),
          new Binding<>(
              HostOrder.SignsKept.class,
              "host.signs-kept",
              HealthCodec::encode,
              SignsKept.parser(),
              HealthCodec::decode),
          new Binding<>(
              HostOrder.RunCanary.class,
              "host.run-canary",
              HealthCodec::encode,
              RunCanary.parser(),
              HealthCodec::decode),
          new Binding<>(
              NodeQuery.Drain.class,
              "ask.drain",
              ask ->
                  DrainNode.newBuilder()
                      .setDrain(
                          io.mosu.protocol.v1.Drain.newBuilder()
                              .setFromMs(ask.fromMs())
                              .setDeadlineMs(ask.deadlineMs())
                              .setUntilMs(ask.untilMs())
                              .setReason(ask.reason()))
                      .build(),
              DrainNode.parser(),
              ask ->
                  new NodeQuery.Drain(
                      Check.count(ask.getDrain().getFromMs(), "from_ms"),
                      Check.count(ask.getDrain().getDeadlineMs(), "deadline_ms"),
                      Check.count(ask.getDrain().getUntilMs(), "until_ms"),
                      ask.getDrain().getReason())),
          new Binding<>(
              NodeQuery.Undrain.class,
              "ask.undrain",
              ask -> UndrainNode.getDefaultInstance(),
              UndrainNode.parser(),
              ask -> new NodeQuery.Undrain()),
          new Binding<>(
              NodeQuery.Quarantine.class,
              "ask.quarantine",
              ask ->
                  QuarantineDevice.newBuilder()
                      .setDevice(ask.device())
                      .setReason(ask.reason())
                      .build(),
              QuarantineDevice.parser(),
              ask -> new NodeQuery.Quarantine(ask.getDevice(), ask.getReason())),
          new Binding<>(
              NodeQuery.Restore.class,
              "ask.restore",
              ask -> RestoreDevice.newBuilder().setDevice(ask.device()).build(),
              RestoreDevice.parser(),
              ask -> new NodeQuery.Restore(ask.getDevice())));

  private HealthCodec() {}

  static List<io.mosu.protocol.v1.DeviceHealth> health(Standing standing) {
    return new TreeMap<>(standing.health())
        .entrySet().stream().map(entry -> encode(entry.getKey(), entry.getValue())).toList();
  }

  static List<EndingLease> ending(Standing standing) {
    return new TreeMap<>(standing.ending())
        .entrySet().stream()
            .map(
                entry ->
                    EndingLease.newBuilder()
                        .setToken(entry.getKey())
                        .setExit(ValueCodec.encode(entry.getValue()))
                        .build())
            .toList();
  }

  static Standing standing(
      List<io.mosu.protocol.v1.DeviceHealth> health, List<EndingLease> ending, Drain drain) {
    PMap<String, DeviceHealth> devices = HashTreePMap.empty();
    for (io.mosu.protocol.v1.DeviceHealth one : health) {
      devices = devices.plus(one.getUuid(), decode(one));
    }
    PMap<Long, Exit> ends = HashTreePMap.empty();
    for (EndingLease one : ending) {
      ends =
          ends.plus(
              one.getToken(),
              ValueCodec.decode(Check.present(one.hasExit(), one.getExit(), "exit")));
    }
    return new Standing(devices, ends, drain);
  }

  static io.mosu.protocol.v1.Drain encode(Drain drain) {
    return io.mosu.protocol.v1.Drain.newBuilder()
        .setReason(drain.reason())
        .setFromMs(drain.fromMs())
        .setDeadlineMs(drain.deadlineMs())
        .setUntilMs(drain.untilMs())
        .setBegun(drain.begun())
        .build();
  }

  static Drain decode(io.mosu.protocol.v1.Drain drain) {
    return new Drain(
        drain.getReason(),
        Check.count(drain.getFromMs(), "from_ms"),
        Check.count(drain.getDeadlineMs(), "deadline_ms"),
        Check.count(drain.getUntilMs(), "until_ms"),
        drain.getBegun());
  }

  private static io.mosu.protocol.v1.DeviceHealth encode(String uuid, DeviceHealth health) {
    return io.mosu.protocol.v1.DeviceHealth.newBuilder()
        .setUuid(uuid)
        .setGrade(
            switch (health.grade()) {
              case OK -> HealthGrade.HEALTH_GRADE_UNSPECIFIED;
              case SUSPECT -> HealthGrade.HEALTH_GRADE_SUSPECT;
              case QUARANTINED -> HealthGrade.HEALTH_GRADE_QUARANTINED;
            })
        .setStays(health.stays())
        .setCode(health.code())
        .setDetail(health.detail())
        .setSinceMs(health.sinceMs())
        .setStrikes(health.strikes())
        .setStruckMs(health.struckMs())
        .putAllSeen(new TreeMap<>(health.seen()))
        .build();
  }

  private static DeviceHealth decode(io.mosu.protocol.v1.DeviceHealth health) {
    Map<String, Long> seen = health.getSeenMap();
    return new DeviceHealth(
        switch (health.getGrade()) {
          case HEALTH_GRADE_UNSPECIFIED -> Grade.OK;
          case HEALTH_GRADE_SUSPECT -> Grade.SUSPECT;
          case HEALTH_GRADE_QUARANTINED -> Grade.QUARANTINED;
          case UNRECOGNIZED -> throw EnumCodec.unknown(health.getGrade());
        },
        health.getStays(),
        health.getCode(),
        health.getDetail(),
        Check.count(health.getSinceMs(), "since_ms"),
        Check.count(health.getStrikes(), "strikes"),
        Check.count(health.getStruckMs(), "struck_ms"),
        HashTreePMap.from(seen));
  }

  static DeviceSigns encode(HostReport.Signs report) {
    var builder =
        DeviceSigns.newBuilder()
            .setNode(report.node().value())
            .setNumber(report.number())
            .setLife(report.life());
    for (DeviceSign sign : report.signs()) {
      builder.addSigns(
          io.mosu.protocol.v1.DeviceSign.newBuilder()
              .setUuid(sign.uuid())
              .setCode(sign.code())
              .setDetail(sign.detail())
              .setSerial(sign.serial()));
    }
    return builder.build();
  }

  static HostReport.Signs decode(DeviceSigns report) {
    return new HostReport.Signs(
        new NodeId(report.getNode()),
        report.getNumber(),
        Check.atMost(HostReport.Signs.MAX, report.getSignsList(), "signs").stream()
            .map(
                sign ->
                    new DeviceSign(
                        Check.text(sign.getUuid(), "uuid"),
                        sign.getCode(),
                        sign.getDetail(),
                        sign.getSerial()))
            .toList(),
        report.getLife());
  }

  static CanaryEnded encode(HostReport.CanaryEnded ended) {
    return CanaryEnded.newBuilder()
        .setNode(ended.node().value())
        .setUuid(ended.uuid())
        .setNumber(ended.number())
        .setPassed(ended.passed())
        .setDetail(ended.detail())
        .setLife(ended.life())
        .build();
  }

  static HostReport.CanaryEnded decode(CanaryEnded ended) {
    return new HostReport.CanaryEnded(
        new NodeId(ended.getNode()),
        Check.text(ended.getUuid(), "uuid"),
        ended.getNumber(),
        ended.getPassed(),
        Check.text(ended.getDetail(), "detail"),
        ended.getLife());
  }

  static SignsKept encode(HostOrder.SignsKept kept) {
    return SignsKept.newBuilder()
        .setNode(kept.node().value())
        .setEpoch(kept.epoch())
        .setNumber(kept.number())
        .build();
  }

  static HostOrder.SignsKept decode(SignsKept kept) {
    return new HostOrder.SignsKept(
        new NodeId(kept.getNode()), Check.count(kept.getEpoch(), "epoch"), kept.getNumber());
  }

  static RunCanary encode(HostOrder.RunCanary order) {
    return RunCanary.newBuilder()
        .setNode(order.node().value())
        .setEpoch(order.epoch())
        .setUuid(order.uuid())
        .setNumber(order.number())
        .build();
  }

  static HostOrder.RunCanary decode(RunCanary order) {
    return new HostOrder.RunCanary(
        new NodeId(order.getNode()),
        Check.count(order.getEpoch(), "epoch"),
        order.getUuid(),
        order.getNumber());
  }
}
