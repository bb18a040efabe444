// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.HoldJob;
import io.mosu.protocol.v1.JobHeld;
import io.mosu.protocol.v1.JobPrioritised;
import io.mosu.protocol.v1.JobRequeueRequested;
import io.mosu.protocol.v1.JobStand;
import io.mosu.protocol.v1.PrioritiseJob;
import io.mosu.protocol.v1.ReleaseJob;
import io.mosu.protocol.v1.RequeueJob;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.tenant.Stand;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantQuery;
import java.util.List;
import java.util.Optional;

/** What a job waits for besides room, and what its owner says of it. */
final class StandCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              TenantEvent.Held.class,
              "tenant-event.held",
              held ->
                  JobHeld.newBuilder()
                      .setNumber(held.number())
                      .setHeld(held.held())
                      .setAtMs(held.atMs())
                      .build(),
              JobHeld.parser(),
              held ->
                  new TenantEvent.Held(
                      Check.count(held.getNumber(), "number"),
                      held.getHeld(),
                      Check.count(held.getAtMs(), "at_ms"))),
          new Binding<>(
              TenantEvent.Prioritised.class,
              "tenant-event.prioritised",
              set ->
                  JobPrioritised.newBuilder()
                      .setNumber(set.number())
                      .setPriority(set.priority())
                      .setAtMs(set.atMs())
                      .build(),
              JobPrioritised.parser(),
              set ->
                  new TenantEvent.Prioritised(
                      Check.count(set.getNumber(), "number"),
                      set.getPriority(),
                      Check.count(set.getAtMs(), "at_ms"))),
          new Binding<>(
              TenantEvent.RequeueRequested.class,
              "tenant-event.requeue-requested",
              asked ->
                  JobRequeueRequested.newBuilder()
                      .setNumber(asked.number())
                      .setAtMs(asked.atMs())
                      .build(),
              JobRequeueRequested.parser(),
              asked ->
                  new TenantEvent.RequeueRequested(
                      Check.count(asked.getNumber(), "number"),
                      Check.count(asked.getAtMs(), "at_ms"))),
          new Binding<>(
              TenantQuery.Hold.class,
              "ask.hold",
              hold -> HoldJob.newBuilder().setNumber(hold.number()).build(),
              HoldJob.parser(),
              hold -> new TenantQuery.Hold(Check.count(hold.getNumber(), "number"))),
          new Binding<>(
              TenantQuery.Release.class,
              "ask.release",
              release -> ReleaseJob.newBuilder().setNumber(release.number()).build(),
              ReleaseJob.parser(),
              release -> new TenantQuery.Release(Check.count(release.getNumber(), "number"))),
          new Binding<>(
              TenantQuery.Prioritise.class,
              "ask.prioritise",
              set ->
                  PrioritiseJob.newBuilder()
                      .setNumber(set.number())
                      .setPriority(set.priority())
                      .build(),
              PrioritiseJob.parser(),
              set ->
                  new TenantQuery.Prioritise(
                      Check.count(set.getNumber(), "number"), set.getPriority())),
          new Binding<>(
              TenantQuery.Requeue.class,
              "ask.requeue",
              requeue -> RequeueJob.newBuilder().setNumber(requeue.number()).build(),
              RequeueJob.parser(),
              requeue -> new TenantQuery.Requeue(Check.count(requeue.getNumber(), "number"))));

  private StandCodec() {}

  static io.mosu.protocol.v1.Conditions encode(Conditions conditions) {
    return io.mosu.protocol.v1.Conditions.newBuilder()
        .setHold(conditions.hold())
        .addAllDependencies(conditions.dependencies().stream().map(StandCodec::encode).toList())
        .setBeginMs(conditions.beginMs())
        .setDeadlineMs(conditions.deadlineMs())
        .build();
  }

  static Conditions decode(io.mosu.protocol.v1.Conditions conditions) {
    return new Conditions(
        conditions.getHold(),
        decode(conditions.getDependenciesList()),
        Check.count(conditions.getBeginMs(), "begin_ms"),
        Check.count(conditions.getDeadlineMs(), "deadline_ms"));
  }

  static JobStand encode(Stand stand) {
    var builder =
        JobStand.newBuilder()
            .setHeld(stand.held())
            .setPriority(stand.priority())
            .setRequeues(stand.requeues())
            .addAllAwaits(stand.awaits().stream().map(StandCodec::encode).toList());
    stand.barred().ifPresent(barred -> builder.setBarred(encode(barred)));
    return builder.build();
  }

  static Stand decode(JobStand stand) {
    return new Stand(
        stand.getHeld(),
        stand.getPriority(),
        Check.count(stand.getRequeues(), "requeues"),
        decode(stand.getAwaitsList()),
        stand.hasBarred() ? Optional.of(decode(stand.getBarred())) : Optional.empty());
  }

  private static io.mosu.protocol.v1.Dependency encode(Dependency dependency) {
    return io.mosu.protocol.v1.Dependency.newBuilder()
        .setKind(EnumCodec.encode(dependency.kind()))
        .setNumber(dependency.number())
        .build();
  }

  private static Dependency decode(io.mosu.protocol.v1.Dependency dependency) {
    return new Dependency(
        EnumCodec.decode(dependency.getKind()), Check.count(dependency.getNumber(), "number"));
  }

  private static List<Dependency> decode(List<io.mosu.protocol.v1.Dependency> dependencies) {
    return Check.atMost(Dependency.MAX, dependencies, "dependencies").stream()
        .map(StandCodec::decode)
        .toList();
  }
}
