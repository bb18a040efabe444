// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.google.protobuf.ByteString;
import io.mosu.protocol.v1.AgentRefused;
import io.mosu.protocol.v1.Hello;
import io.mosu.protocol.v1.HostEndAcknowledged;
import io.mosu.protocol.v1.HostTask;
import io.mosu.protocol.v1.LogPiece;
import io.mosu.protocol.v1.Renewal;
import io.mosu.protocol.v1.Renewed;
import io.mosu.protocol.v1.StartTask;
import io.mosu.protocol.v1.StopTask;
import io.mosu.protocol.v1.TaskExited;
import io.mosu.protocol.v1.TaskStarted;
import io.mosu.protocol.v1.Welcome;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.NodeId;
import java.util.List;

/** The conversation of {@code agent.proto}. */
final class HostCodec {

  private static final int PORT_MAX = 65_535;

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              HostReport.Hello.class,
              "host.hello",
              HostCodec::encode,
              Hello.parser(),
              HostCodec::decode),
          new Binding<>(
              HostReport.Renewal.class,
              "host.renewal",
              HostCodec::encode,
              Renewal.parser(),
              HostCodec::decode),
          new Binding<>(
              HostReport.TaskStarted.class,
              "host.started",
              HostCodec::encode,
              TaskStarted.parser(),
              HostCodec::decode),
          new Binding<>(
              HostReport.TaskExited.class,
              "host.exited",
              HostCodec::encode,
              TaskExited.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.Welcome.class,
              "host.welcome",
              HostCodec::encode,
              Welcome.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.Renewed.class,
              "host.renewed",
              HostCodec::encode,
              Renewed.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.Refused.class,
              "host.refused",
              HostCodec::encode,
              AgentRefused.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.StartTask.class,
              "host.start",
              HostCodec::encode,
              StartTask.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.StopTask.class,
              "host.stop",
              HostCodec::encode,
              StopTask.parser(),
              HostCodec::decode),
          new Binding<>(
              HostOrder.EndAcknowledged.class,
              "host.end-acknowledged",
              HostCodec::encode,
              HostEndAcknowledged.parser(),
              HostCodec::decode),
          new Binding<>(
              LogRead.class,
              "log.read",
              HostCodec::encode,
              io.mosu.protocol.v1.LogRead.parser(),
              HostCodec::decode),
          new Binding<>(
              LogRead.Piece.class,
              "log.piece",
              HostCodec::encode,
              LogPiece.parser(),
              HostCodec::decode));

  private HostCodec() {}

  static Hello encode(HostReport.Hello hello) {
    return Hello.newBuilder()
        .setNode(hello.node().value())
        .setIncarnation(hello.incarnation())
        .setInventory(ValueCodec.encode(hello.inventory()))
        .addAllTasks(encode(hello.tasks()))
        .setSentTickMs(hello.sentTickMs())
        .setSpeaker(ValueCodec.encode(hello.speaker()))
        .setEpoch(hello.epoch())
        .setFrozenMs(hello.frozenMs())
        .build();
  }

  static HostReport.Hello decode(Hello hello) {
    return new HostReport.Hello(
        new NodeId(hello.getNode()),
        Check.count(hello.getIncarnation(), "incarnation"),
        ValueCodec.decode(Check.present(hello.hasInventory(), hello.getInventory(), "inventory")),
        decode(hello.getTasksList()),
        hello.getSentTickMs(),
        hello.hasSpeaker() ? ValueCodec.decode(hello.getSpeaker()) : Speaker.UNKNOWN,
        Check.count(hello.getEpoch(), "epoch"),
        Check.count(hello.getFrozenMs(), "frozen_ms"));
  }

  static Renewal encode(HostReport.Renewal renewal) {
    return Renewal.newBuilder()
        .setNode(renewal.node().value())
        .addAllTasks(encode(renewal.tasks()))
        .setSentTickMs(renewal.sentTickMs())
        .setLife(renewal.life())
        .setEpoch(renewal.epoch())
        .setFrozenMs(renewal.frozenMs())
        .setAnsweredTickMs(renewal.answeredTickMs())
        .build();
  }

  static HostReport.Renewal decode(Renewal renewal) {
    return new HostReport.Renewal(
        new NodeId(renewal.getNode()),
        decode(renewal.getTasksList()),
        renewal.getSentTickMs(),
        renewal.getLife(),
        Check.count(renewal.getEpoch(), "epoch"),
        Check.count(renewal.getFrozenMs(), "frozen_ms"),
        renewal.getAnsweredTickMs());
  }

  static TaskStarted encode(HostReport.TaskStarted started) {
    return TaskStarted.newBuilder()
        .setNode(started.node().value())
        .setToken(started.token())
        .setLife(started.life())
        .build();
  }

  static HostReport.TaskStarted decode(TaskStarted started) {
    return new HostReport.TaskStarted(
        new NodeId(started.getNode()), Check.count(started.getToken(), "token"), started.getLife());
  }

  static TaskExited encode(HostReport.TaskExited exited) {
    return TaskExited.newBuilder()
        .setNode(exited.node().value())
        .setToken(exited.token())
        .setExit(ValueCodec.encode(exited.exit()))
        .setLife(exited.life())
        .build();
  }

  static HostReport.TaskExited decode(TaskExited exited) {
    return new HostReport.TaskExited(
        new NodeId(exited.getNode()),
        Check.count(exited.getToken(), "token"),
        ValueCodec.decode(Check.present(exited.hasExit(), exited.getExit(), "exit")),
        exited.getLife());
  }

  static Welcome encode(HostOrder.Welcome welcome) {
    return Welcome.newBuilder()
        .setNode(welcome.node().value())
        .setEpoch(welcome.epoch())
        .setSentTickMs(welcome.sentTickMs())
        .setTtlMs(welcome.ttlMs())
        .setRenewMs(welcome.renewMs())
        .setFrozenMs(welcome.frozenMs())
        .build();
  }

  static HostOrder.Welcome decode(Welcome welcome) {
    return new HostOrder.Welcome(
        new NodeId(welcome.getNode()),
        Check.count(welcome.getEpoch(), "epoch"),
        welcome.getSentTickMs(),
        Check.count(welcome.getTtlMs(), "ttl_ms"),
        Check.count(welcome.getRenewMs(), "renew_ms"),
        Check.count(welcome.getFrozenMs(), "frozen_ms"));
  }

  static Renewed encode(HostOrder.Renewed renewed) {
    return Renewed.newBuilder()
        .setNode(renewed.node().value())
        .setEpoch(renewed.epoch())
        .setSentTickMs(renewed.sentTickMs())
        .setFrozenMs(renewed.frozenMs())
        .build();
  }

  static HostOrder.Renewed decode(Renewed renewed) {
    return new HostOrder.Renewed(
        new NodeId(renewed.getNode()),
        Check.count(renewed.getEpoch(), "epoch"),
        renewed.getSentTickMs(),
        Check.count(renewed.getFrozenMs(), "frozen_ms"));
  }

  static AgentRefused encode(HostOrder.Refused refused) {
    return AgentRefused.newBuilder()
        .setNode(refused.node().value())
        .setEpoch(refused.epoch())
        .setLife(refused.life())
        .setReason(refused.reason())
        .build();
  }

  static HostOrder.Refused decode(AgentRefused refused) {
    return new HostOrder.Refused(
        new NodeId(refused.getNode()),
        Check.count(refused.getEpoch(), "epoch"),
        refused.getLife(),
        refused.getReason());
  }

  static StartTask encode(HostOrder.StartTask start) {
    return StartTask.newBuilder()
        .setNode(start.node().value())
        .setEpoch(start.epoch())
        .setToken(start.token())
        .setJob(ValueCodec.encode(start.job()))
        .setTask(start.task())
        .setWorld(start.world())
        .setMasterAddress(start.masterAddress())
        .setMasterPort(start.masterPort())
        .setGrant(ValueCodec.encode(start.grant()))
        .setSpec(ValueCodec.encode(start.spec()))
        .build();
  }

  static HostOrder.StartTask decode(StartTask start) {
    return new HostOrder.StartTask(
        new NodeId(start.getNode()),
        Check.count(start.getEpoch(), "epoch"),
        Check.count(start.getToken(), "token"),
        ValueCodec.job(start.getJob()),
        Check.count(start.getTask(), "task"),
        Check.count(start.getWorld(), "world"),
        start.getMasterAddress(),
        Check.between(start.getMasterPort(), 0, PORT_MAX, "master_port"),
        ValueCodec.decode(Check.present(start.hasGrant(), start.getGrant(), "grant")),
        ValueCodec.decode(Check.present(start.hasSpec(), start.getSpec(), "spec")));
  }

  static StopTask encode(HostOrder.StopTask stop) {
    return StopTask.newBuilder()
        .setNode(stop.node().value())
        .setEpoch(stop.epoch())
        .setToken(stop.token())
        .build();
  }

  static HostOrder.StopTask decode(StopTask stop) {
    return new HostOrder.StopTask(
        new NodeId(stop.getNode()),
        Check.count(stop.getEpoch(), "epoch"),
        Check.count(stop.getToken(), "token"));
  }

  static HostEndAcknowledged encode(HostOrder.EndAcknowledged end) {
    return HostEndAcknowledged.newBuilder()
        .setNode(end.node().value())
        .setEpoch(end.epoch())
        .setToken(end.token())
        .build();
  }

  static HostOrder.EndAcknowledged decode(HostEndAcknowledged end) {
    return new HostOrder.EndAcknowledged(
        new NodeId(end.getNode()),
        Check.count(end.getEpoch(), "epoch"),
        Check.count(end.getToken(), "token"));
  }

  static io.mosu.protocol.v1.LogRead encode(LogRead read) {
    return io.mosu.protocol.v1.LogRead.newBuilder()
        .setNode(read.node().value())
        .setToken(read.token())
        .setOffset(read.offset())
        .setBytesMax(read.bytesMax())
        .setWaitMs(read.waitMs())
        .build();
  }

  static LogRead decode(io.mosu.protocol.v1.LogRead read) {
    return new LogRead(
        new NodeId(read.getNode()),
        Check.count(read.getToken(), "token"),
        Check.count(read.getOffset(), "offset"),
        Check.between(read.getBytesMax(), 0, LogRead.BYTES_MAX, "bytes_max"),
        Check.count(read.getWaitMs(), "wait_ms"));
  }

  static LogPiece encode(LogRead.Piece piece) {
    return LogPiece.newBuilder()
        .setKnown(piece.known())
        .setOffset(piece.offset())
        .setData(ByteString.copyFrom(piece.bytes()))
        .setEnded(piece.ended())
        .build();
  }

  static LogRead.Piece decode(LogPiece piece) {
    Check.between(piece.getData().size(), 0, LogRead.BYTES_MAX, "bytes of data");
    return new LogRead.Piece(
        piece.getKnown(),
        Check.count(piece.getOffset(), "offset"),
        piece.getData().toByteArray(),
        piece.getEnded());
  }

  private static List<HostTask> encode(List<HostReport.Task> tasks) {
    return tasks.stream()
        .map(
            task -> HostTask.newBuilder().setToken(task.token()).setRunning(task.running()).build())
        .toList();
  }

  private static List<HostReport.Task> decode(List<HostTask> tasks) {
    return tasks.stream()
        .map(task -> new HostReport.Task(Check.count(task.getToken(), "token"), task.getRunning()))
        .toList();
  }
}
