// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.EpochClaimed;
import io.mosu.protocol.v1.JobDeferred;
import io.mosu.protocol.v1.JobEnded;
import io.mosu.protocol.v1.JobPlaced;
import io.mosu.protocol.v1.JobPreempted;
import io.mosu.protocol.v1.JobRequeued;
import io.mosu.protocol.v1.JobStopRequested;
import io.mosu.protocol.v1.JobSubmitted;
import io.mosu.protocol.v1.JobTaskEnded;
import io.mosu.protocol.v1.TenantQuotaSet;
import io.mosu.protocol.v1.TenantSnapshot;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.List;

/** What a tenant journals, of {@code journal.proto}. */
final class TenantJournalCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              TenantEvent.EpochClaimed.class,
              "tenant-event.epoch",
              TenantJournalCodec::encode,
              EpochClaimed.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Submitted.class,
              "tenant-event.submitted",
              TenantJournalCodec::encode,
              JobSubmitted.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Deferred.class,
              "tenant-event.deferred",
              TenantJournalCodec::encode,
              JobDeferred.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Placed.class,
              "tenant-event.placed",
              TenantJournalCodec::encode,
              JobPlaced.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.StopRequested.class,
              "tenant-event.stop-requested",
              TenantJournalCodec::encode,
              JobStopRequested.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Preempted.class,
              "tenant-event.preempted",
              preempted ->
                  JobPreempted.newBuilder()
                      .setNumber(preempted.number())
                      .setAtMs(preempted.atMs())
                      .build(),
              JobPreempted.parser(),
              preempted ->
                  new TenantEvent.Preempted(
                      Check.count(preempted.getNumber(), "number"),
                      Check.count(preempted.getAtMs(), "at_ms"))),
          new Binding<>(
              TenantEvent.QuotaSet.class,
              "tenant-event.quota-set",
              set ->
                  TenantQuotaSet.newBuilder()
                      .setQuota(ValueCodec.encode(set.quota()))
                      .setAtMs(set.atMs())
                      .build(),
              TenantQuotaSet.parser(),
              set ->
                  new TenantEvent.QuotaSet(
                      ValueCodec.decode(Check.present(set.hasQuota(), set.getQuota(), "quota")),
                      Check.count(set.getAtMs(), "at_ms"))),
          new Binding<>(
              TenantEvent.TaskEnded.class,
              "tenant-event.task-ended",
              TenantJournalCodec::encode,
              JobTaskEnded.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Requeued.class,
              "tenant-event.requeued",
              TenantJournalCodec::encode,
              JobRequeued.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantEvent.Ended.class,
              "tenant-event.ended",
              TenantJournalCodec::encode,
              JobEnded.parser(),
              TenantJournalCodec::decode),
          new Binding<>(
              TenantLedger.class,
              "tenant-snapshot",
              TenantJournalCodec::encode,
              TenantSnapshot.parser(),
              TenantJournalCodec::decode));

  private TenantJournalCodec() {}

  private static EpochClaimed encode(TenantEvent.EpochClaimed claimed) {
    return EpochClaimed.newBuilder().setEpoch(claimed.epoch()).build();
  }

  private static TenantEvent.EpochClaimed decode(EpochClaimed claimed) {
    return new TenantEvent.EpochClaimed(Check.count(claimed.getEpoch(), "epoch"));
  }

  private static JobSubmitted encode(TenantEvent.Submitted submitted) {
    return JobSubmitted.newBuilder()
        .setNumber(submitted.number())
        .setSpec(ValueCodec.encode(submitted.spec()))
        .setKey(submitted.key())
        .setAtMs(submitted.atMs())
        .build();
  }

  private static TenantEvent.Submitted decode(JobSubmitted submitted) {
    return new TenantEvent.Submitted(
        Check.count(submitted.getNumber(), "number"),
        ValueCodec.decode(Check.present(submitted.hasSpec(), submitted.getSpec(), "spec")),
        submitted.getKey(),
        Check.count(submitted.getAtMs(), "at_ms"));
  }

  private static JobDeferred encode(TenantEvent.Deferred deferred) {
    return JobDeferred.newBuilder()
        .setNumber(deferred.number())
        .setDecision(JobCodec.encode(deferred.decision()))
        .build();
  }

  private static TenantEvent.Deferred decode(JobDeferred deferred) {
    return new TenantEvent.Deferred(
        Check.count(deferred.getNumber(), "number"),
        JobCodec.decode(Check.present(deferred.hasDecision(), deferred.getDecision(), "decision")));
  }

  private static JobPlaced encode(TenantEvent.Placed placed) {
    return JobPlaced.newBuilder()
        .setNumber(placed.number())
        .setPlacement(JobCodec.encode(placed.placement()))
        .setDecision(JobCodec.encode(placed.decision()))
        .build();
  }

  private static TenantEvent.Placed decode(JobPlaced placed) {
    return new TenantEvent.Placed(
        Check.count(placed.getNumber(), "number"),
        JobCodec.decode(Check.present(placed.hasPlacement(), placed.getPlacement(), "placement")),
        JobCodec.decode(Check.present(placed.hasDecision(), placed.getDecision(), "decision")));
  }

  private static JobStopRequested encode(TenantEvent.StopRequested stop) {
    return JobStopRequested.newBuilder()
        .setNumber(stop.number())
        .setCancel(stop.cancel())
        .setAtMs(stop.atMs())
        .build();
  }

  private static TenantEvent.StopRequested decode(JobStopRequested stop) {
    return new TenantEvent.StopRequested(
        Check.count(stop.getNumber(), "number"),
        stop.getCancel(),
        Check.count(stop.getAtMs(), "at_ms"));
  }

  private static JobTaskEnded encode(TenantEvent.TaskEnded ended) {
    return JobTaskEnded.newBuilder()
        .setNumber(ended.number())
        .setTask(ended.task())
        .setExit(ValueCodec.encode(ended.exit()))
        .setAtMs(ended.atMs())
        .build();
  }

  private static TenantEvent.TaskEnded decode(JobTaskEnded ended) {
    return new TenantEvent.TaskEnded(
        Check.count(ended.getNumber(), "number"),
        Check.count(ended.getTask(), "task"),
        ValueCodec.decode(Check.present(ended.hasExit(), ended.getExit(), "exit")),
        Check.count(ended.getAtMs(), "at_ms"));
  }

  private static JobRequeued encode(TenantEvent.Requeued requeued) {
    return JobRequeued.newBuilder()
        .setNumber(requeued.number())
        .setLost(requeued.lost())
        .setAtMs(requeued.atMs())
        .build();
  }

  private static TenantEvent.Requeued decode(JobRequeued requeued) {
    return new TenantEvent.Requeued(
        Check.count(requeued.getNumber(), "number"),
        requeued.getLost(),
        Check.count(requeued.getAtMs(), "at_ms"));
  }

  private static JobEnded encode(TenantEvent.Ended ended) {
    return JobEnded.newBuilder()
        .setNumber(ended.number())
        .setState(EnumCodec.encode(ended.state()))
        .setExitCode(ended.exitCode())
        .setAtMs(ended.atMs())
        .build();
  }

  private static TenantEvent.Ended decode(JobEnded ended) {
    return new TenantEvent.Ended(
        Check.count(ended.getNumber(), "number"),
        EnumCodec.decode(ended.getState()),
        ended.getExitCode(),
        Check.count(ended.getAtMs(), "at_ms"));
  }

  private static TenantSnapshot encode(TenantLedger ledger) {
    var builder =
        TenantSnapshot.newBuilder()
            .setTenant(ledger.tenant().value())
            .setEpoch(ledger.epoch())
            .setLastNumber(ledger.lastNumber())
            .addAllActive(ledger.active().values().stream().map(JobCodec::encode).toList())
            .addAllEnded(ledger.ended().values().stream().map(JobCodec::encode).toList())
            .setEverEnded(ledger.endedCount());
    if (!ledger.quota().equals(Quota.NONE)) {
      builder.setQuota(ValueCodec.encode(ledger.quota()));
    }
    return builder.build();
  }

  private static TenantLedger decode(TenantSnapshot snapshot) {
    return TenantLedger.of(
        new TenantId(snapshot.getTenant()),
        Check.count(snapshot.getEpoch(), "epoch"),
        Check.count(snapshot.getLastNumber(), "last_number"),
        snapshot.getActiveList().stream().map(JobCodec::decode).toList(),
        snapshot.getEndedList().stream().map(JobCodec::decode).toList(),
        Check.count(snapshot.getEverEnded(), "ever_ended"),
        snapshot.hasQuota() ? ValueCodec.decode(snapshot.getQuota()) : Quota.NONE);
  }
}
