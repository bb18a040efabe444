// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.CancelJob;
import io.mosu.protocol.v1.ForgetAgent;
import io.mosu.protocol.v1.FreezeNode;
import io.mosu.protocol.v1.GetJob;
import io.mosu.protocol.v1.JobAnswer;
import io.mosu.protocol.v1.JobsAnswer;
import io.mosu.protocol.v1.LeaseView;
import io.mosu.protocol.v1.ListJobs;
import io.mosu.protocol.v1.ReleaseLost;
import io.mosu.protocol.v1.SetQuota;
import io.mosu.protocol.v1.ShowNode;
import io.mosu.protocol.v1.ShowTenant;
import io.mosu.protocol.v1.SubmitJob;
import io.mosu.protocol.v1.TenantShown;
import io.mosu.protocol.v1.ThawNode;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Freeze;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.NodeView;
import io.mosu.scheduler.tenant.TenantAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.util.List;
import java.util.Optional;

/** The conversations of {@code query.proto}. */
final class QueryCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              TenantQuery.Submit.class,
              "ask.submit",
              QueryCodec::encode,
              SubmitJob.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantQuery.Cancel.class,
              "ask.cancel",
              QueryCodec::encode,
              CancelJob.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantQuery.Get.class,
              "ask.job",
              QueryCodec::encode,
              GetJob.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantQuery.ListJobs.class,
              "ask.jobs",
              QueryCodec::encode,
              ListJobs.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantQuery.Show.class,
              "ask.tenant",
              show -> ShowTenant.getDefaultInstance(),
              ShowTenant.parser(),
              show -> new TenantQuery.Show()),
          new Binding<>(
              TenantQuery.SetQuota.class,
              "ask.set-quota",
              set -> SetQuota.newBuilder().setQuota(ValueCodec.encode(set.quota())).build(),
              SetQuota.parser(),
              set ->
                  new TenantQuery.SetQuota(
                      ValueCodec.decode(Check.present(set.hasQuota(), set.getQuota(), "quota")))),
          new Binding<>(
              TenantAnswer.JobAnswer.class,
              "answer.job",
              QueryCodec::encode,
              JobAnswer.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantAnswer.JobsAnswer.class,
              "answer.jobs",
              QueryCodec::encode,
              JobsAnswer.parser(),
              QueryCodec::decode),
          new Binding<>(
              TenantAnswer.Shown.class,
              "answer.tenant",
              QueryCodec::encode,
              TenantShown.parser(),
              QueryCodec::decode),
          new Binding<>(
              NodeQuery.Show.class,
              "ask.node",
              show -> ShowNode.getDefaultInstance(),
              ShowNode.parser(),
              show -> new NodeQuery.Show()),
          new Binding<>(
              NodeQuery.Freeze.class,
              "ask.freeze",
              ask ->
                  FreezeNode.newBuilder().setUntilMs(ask.untilMs()).setReason(ask.reason()).build(),
              FreezeNode.parser(),
              ask ->
                  new NodeQuery.Freeze(Check.count(ask.getUntilMs(), "until_ms"), ask.getReason())),
          new Binding<>(
              NodeQuery.Thaw.class,
              "ask.thaw",
              ask -> ThawNode.getDefaultInstance(),
              ThawNode.parser(),
              ask -> new NodeQuery.Thaw()),
          new Binding<>(
              NodeQuery.ReleaseLost.class,
              "ask.release-lost",
              ask -> ReleaseLost.newBuilder().setJob(ValueCodec.encode(ask.job())).build(),
              ReleaseLost.parser(),
              ask -> new NodeQuery.ReleaseLost(ValueCodec.job(ask.getJob()))),
          new Binding<>(
              NodeQuery.ForgetAgent.class,
              "ask.forget-agent",
              ask -> ForgetAgent.getDefaultInstance(),
              ForgetAgent.parser(),
              ask -> new NodeQuery.ForgetAgent()),
          new Binding<>(
              NodeView.class,
              "answer.node",
              QueryCodec::encode,
              io.mosu.protocol.v1.NodeView.parser(),
              QueryCodec::decode),
          new Binding<>(
              Refused.class,
              "answer.refused",
              QueryCodec::encode,
              io.mosu.protocol.v1.Refused.parser(),
              QueryCodec::decode));

  private QueryCodec() {}

  private static SubmitJob encode(TenantQuery.Submit submit) {
    return SubmitJob.newBuilder()
        .setSpec(ValueCodec.encode(submit.spec()))
        .setKey(submit.key())
        .build();
  }

  private static TenantQuery.Submit decode(SubmitJob submit) {
    return new TenantQuery.Submit(
        ValueCodec.decode(Check.present(submit.hasSpec(), submit.getSpec(), "spec")),
        submit.getKey());
  }

  private static CancelJob encode(TenantQuery.Cancel cancel) {
    return CancelJob.newBuilder().setNumber(cancel.number()).build();
  }

  private static TenantQuery.Cancel decode(CancelJob cancel) {
    return new TenantQuery.Cancel(Check.count(cancel.getNumber(), "number"));
  }

  private static GetJob encode(TenantQuery.Get get) {
    return GetJob.newBuilder().setNumber(get.number()).setWaitMs(get.waitMs()).build();
  }

  private static TenantQuery.Get decode(GetJob get) {
    return new TenantQuery.Get(
        Check.count(get.getNumber(), "number"), Check.count(get.getWaitMs(), "wait_ms"));
  }

  private static ListJobs encode(TenantQuery.ListJobs list) {
    return ListJobs.newBuilder()
        .addAllStates(list.states().stream().map(EnumCodec::encode).toList())
        .setAfter(list.after())
        .setLimit(list.limit())
        .build();
  }

  private static TenantQuery.ListJobs decode(ListJobs list) {
    return new TenantQuery.ListJobs(
        list.getStatesList().stream().map(EnumCodec::decode).toList(),
        Check.count(list.getAfter(), "after"),
        Check.count(list.getLimit(), "limit"));
  }

  private static JobAnswer encode(TenantAnswer.JobAnswer answer) {
    return JobAnswer.newBuilder()
        .setJob(JobCodec.encode(answer.job()))
        .setStartedMs(answer.startedMs())
        .setRepetition(answer.repeated())
        .addAllContactLost(answer.contactLost().stream().map(NodeId::value).toList())
        .build();
  }

  private static TenantAnswer.JobAnswer decode(JobAnswer answer) {
    return new TenantAnswer.JobAnswer(
        JobCodec.decode(Check.present(answer.hasJob(), answer.getJob(), "job")),
        Check.count(answer.getStartedMs(), "started_ms"),
        answer.getRepetition(),
        answer.getContactLostList().stream().map(NodeId::new).toList());
  }

  private static JobsAnswer encode(TenantAnswer.JobsAnswer answer) {
    return JobsAnswer.newBuilder()
        .addAllJobs(answer.jobs().stream().map(QueryCodec::encode).toList())
        .setMore(answer.more())
        .build();
  }

  private static TenantAnswer.JobsAnswer decode(JobsAnswer answer) {
    return new TenantAnswer.JobsAnswer(
        answer.getJobsList().stream().map(QueryCodec::decode).toList(), answer.getMore());
  }

  private static TenantShown encode(TenantAnswer.Shown shown) {
    return TenantShown.newBuilder().setDemand(JobCodec.encode(shown.demand())).build();
  }

  private static TenantAnswer.Shown decode(TenantShown shown) {
    return new TenantAnswer.Shown(
        JobCodec.decode(Check.present(shown.hasDemand(), shown.getDemand(), "demand")));
  }

  private static io.mosu.protocol.v1.NodeView encode(NodeView view) {
    var builder =
        io.mosu.protocol.v1.NodeView.newBuilder().setDigest(ValueCodec.encode(view.digest()));
    view.inventory().ifPresent(inventory -> builder.setInventory(ValueCodec.encode(inventory)));
    for (NodeView.LeaseView lease : view.leases()) {
      builder.addLeases(
          LeaseView.newBuilder()
              .setLease(JobCodec.encode(lease.lease()))
              .setPhase(lease.phase())
              .setContactLost(lease.contactLost()));
    }
    builder
        .setFrozenUntilMs(view.freeze().untilMs())
        .setFrozenReason(view.freeze().reason())
        .setThawed(view.freeze().thawed())
        .addAllHealth(HealthCodec.health(view.standing()));
    if (view.standing().drain().planned()) {
      builder.setDrain(HealthCodec.encode(view.standing().drain()));
    }
    view.gauged()
        .ifPresent(
            gauged ->
                builder
                    .setFigures(FiguresCodec.encode(gauged.figures()))
                    .setFiguresAtMs(gauged.atMs()));
    return builder.build();
  }

  private static NodeView decode(io.mosu.protocol.v1.NodeView view) {
    return new NodeView(
        ValueCodec.decode(Check.present(view.hasDigest(), view.getDigest(), "digest")),
        view.hasInventory()
            ? Optional.of(ValueCodec.decode(view.getInventory()))
            : Optional.empty(),
        view.getLeasesList().stream().map(QueryCodec::decode).toList(),
        new Freeze(
            Check.count(view.getFrozenUntilMs(), "frozen_until_ms"),
            view.getFrozenReason(),
            view.getThawed()),
        HealthCodec.standing(
            view.getHealthList(),
            List.of(),
            view.hasDrain() ? HealthCodec.decode(view.getDrain()) : Drain.NONE),
        view.hasFigures()
            ? Optional.of(
                new NodeView.Gauged(
                    FiguresCodec.decode(view.getFigures()),
                    Check.count(view.getFiguresAtMs(), "figures_at_ms")))
            : Optional.empty());
  }

  private static NodeView.LeaseView decode(LeaseView view) {
    return new NodeView.LeaseView(
        JobCodec.decode(Check.present(view.hasLease(), view.getLease(), "lease")),
        view.getPhase(),
        view.getContactLost());
  }

  private static io.mosu.protocol.v1.Refused encode(Refused refused) {
    return io.mosu.protocol.v1.Refused.newBuilder()
        .setReason(EnumCodec.encode(refused.reason()))
        .setDetail(refused.detail())
        .build();
  }

  private static Refused decode(io.mosu.protocol.v1.Refused refused) {
    return new Refused(EnumCodec.decode(refused.getReason()), refused.getDetail());
  }
}
