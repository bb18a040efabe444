// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.DecisionOffer;
import io.mosu.protocol.v1.DecisionRefusal;
import io.mosu.protocol.v1.PlacementPart;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.Stand;
import java.util.Optional;

/**
 * The values of {@code common.proto} that speak of jobs, their placement and what they wait for.
 */
final class JobCodec {
  private JobCodec() {}

  static io.mosu.protocol.v1.Job encode(Job job) {
    var builder =
        io.mosu.protocol.v1.Job.newBuilder()
            .setId(ValueCodec.encode(job.id()))
            .setSpec(ValueCodec.encode(job.spec()))
            .setKey(job.key())
            .setSubmittedMs(job.submittedMs())
            .setState(EnumCodec.encode(job.state()))
            .setAttempt(job.attempt())
            .setFailures(job.failures())
            .setLosses(job.losses())
            .setCancelled(job.cancelled())
            .setEndedMs(job.endedMs())
            .setExitCode(job.exitCode())
            .setPreemptions(job.preemptions());
    job.placement().ifPresent(placement -> builder.setPlacement(encode(placement)));
    job.decision().ifPresent(decision -> builder.setDecision(encode(decision)));
    job.setback().ifPresent(part -> builder.setSetback(encode(part)));
    if (!job.stand().equals(Stand.of(job.spec()))) {
      builder.setStand(StandCodec.encode(job.stand()));
    }
    return builder.build();
  }

  static Job decode(io.mosu.protocol.v1.Job job) {
    JobSpec spec = ValueCodec.decode(Check.present(job.hasSpec(), job.getSpec(), "spec"));
    return new Job(
        ValueCodec.job(job.getId()),
        spec,
        job.getKey(),
        Check.count(job.getSubmittedMs(), "submitted_ms"),
        EnumCodec.decode(job.getState()),
        Check.count(job.getAttempt(), "attempt"),
        Check.count(job.getFailures(), "failures"),
        Check.count(job.getLosses(), "losses"),
        job.getCancelled(),
        job.hasPlacement() ? Optional.of(decode(job.getPlacement())) : Optional.empty(),
        job.hasDecision() ? Optional.of(decode(job.getDecision())) : Optional.empty(),
        Check.count(job.getEndedMs(), "ended_ms"),
        job.getExitCode(),
        job.hasSetback() ? Optional.of(decode(job.getSetback())) : Optional.empty(),
        Check.count(job.getPreemptions(), "preemptions"),
        job.hasStand() ? StandCodec.decode(job.getStand()) : Stand.of(spec));
  }

  static io.mosu.protocol.v1.Placement encode(Placement placement) {
    var builder =
        io.mosu.protocol.v1.Placement.newBuilder()
            .setNegotiation(placement.negotiation().value())
            .setAtMs(placement.atMs());
    for (Placement.Part part : placement.parts()) {
      builder.addParts(encode(part));
    }
    return builder.build();
  }

  private static PlacementPart encode(Placement.Part part) {
    var builder =
        PlacementPart.newBuilder()
            .setTask(part.task())
            .setNode(part.node().value())
            .setToken(part.token())
            .setGrant(ValueCodec.encode(part.grant()))
            .setAddress(part.address());
    part.exit().ifPresent(exit -> builder.setExit(ValueCodec.encode(exit)));
    return builder.build();
  }

  static Placement decode(io.mosu.protocol.v1.Placement placement) {
    return new Placement(
        new NegotiationId(placement.getNegotiation()),
        Check.atMost(JobSpec.NODES_MAX, placement.getPartsList(), "parts").stream()
            .map(JobCodec::decode)
            .toList(),
        Check.count(placement.getAtMs(), "at_ms"));
  }

  private static Placement.Part decode(PlacementPart part) {
    return new Placement.Part(
        Check.count(part.getTask(), "task"),
        new NodeId(part.getNode()),
        Check.count(part.getToken(), "token"),
        ValueCodec.decode(Check.present(part.hasGrant(), part.getGrant(), "grant")),
        part.getAddress(),
        part.hasExit() ? Optional.of(ValueCodec.decode(part.getExit())) : Optional.empty());
  }

  static io.mosu.protocol.v1.DecisionRecord encode(DecisionRecord decision) {
    var builder =
        io.mosu.protocol.v1.DecisionRecord.newBuilder()
            .setNegotiation(decision.negotiation().value())
            .setAtMs(decision.atMs())
            .setRule(decision.rule())
            .setRounds(decision.rounds())
            .setInvited(decision.invited());
    for (DecisionRecord.Offer offer : decision.offers()) {
      builder.addOffers(
          DecisionOffer.newBuilder()
              .setNode(offer.node().value())
              .setDamage(offer.damage())
              .setAwarded(offer.awarded()));
    }
    for (DecisionRecord.RefusalCount refusal : decision.refusals()) {
      builder.addRefusals(
          DecisionRefusal.newBuilder()
              .setReason(EnumCodec.encode(refusal.reason()))
              .setCount(refusal.count())
              .setExample(refusal.example().value())
              .setDetail(refusal.detail()));
    }
    return builder.build();
  }

  static DecisionRecord decode(io.mosu.protocol.v1.DecisionRecord decision) {
    return new DecisionRecord(
        new NegotiationId(decision.getNegotiation()),
        Check.count(decision.getAtMs(), "at_ms"),
        decision.getRule(),
        Check.count(decision.getRounds(), "rounds"),
        Check.count(decision.getInvited(), "invited"),
        Check.atMost(DecisionRecord.OFFERS_MAX, decision.getOffersList(), "offers").stream()
            .map(
                offer ->
                    new DecisionRecord.Offer(
                        new NodeId(offer.getNode()), offer.getDamage(), offer.getAwarded()))
            .toList(),
        decision.getRefusalsList().stream().map(JobCodec::decode).toList());
  }

  private static DecisionRecord.RefusalCount decode(DecisionRefusal refusal) {
    return new DecisionRecord.RefusalCount(
        EnumCodec.decode(refusal.getReason()),
        Check.count(refusal.getCount(), "count"),
        new NodeId(refusal.getExample()),
        refusal.getDetail());
  }

  static io.mosu.protocol.v1.Lease encode(Lease lease) {
    return io.mosu.protocol.v1.Lease.newBuilder()
        .setNegotiation(lease.negotiation().value())
        .setJob(ValueCodec.encode(lease.job()))
        .setTask(lease.task())
        .setToken(lease.token())
        .setGrant(ValueCodec.encode(lease.grant()))
        .setSinceMs(lease.sinceMs())
        .build();
  }

  static Lease decode(io.mosu.protocol.v1.Lease lease) {
    return new Lease(
        new NegotiationId(lease.getNegotiation()),
        ValueCodec.job(lease.getJob()),
        Check.count(lease.getTask(), "task"),
        Check.count(lease.getToken(), "token"),
        ValueCodec.decode(Check.present(lease.hasGrant(), lease.getGrant(), "grant")),
        Check.count(lease.getSinceMs(), "since_ms"));
  }

  static io.mosu.protocol.v1.DemandDigest encode(DemandDigest demand) {
    var builder =
        io.mosu.protocol.v1.DemandDigest.newBuilder()
            .setTenant(demand.tenant().value())
            .setEpoch(demand.epoch())
            .setVersion(demand.version())
            .setQueued(demand.queued())
            .setRunning(demand.running())
            .setEnded(demand.ended())
            .setWaitingMilli(demand.waitingMilli())
            .setUsedMilli(demand.usedMilli())
            .setSinceMs(demand.sinceMs())
            .addAllShapes(demand.shapes().stream().map(ValueCodec::encode).toList());
    if (!demand.quota().equals(Quota.NONE)) {
      builder.setQuota(ValueCodec.encode(demand.quota()));
    }
    return builder.build();
  }

  static DemandDigest decode(io.mosu.protocol.v1.DemandDigest demand) {
    return new DemandDigest(
        new TenantId(demand.getTenant()),
        Check.count(demand.getEpoch(), "epoch"),
        Check.count(demand.getVersion(), "version"),
        Check.count(demand.getQueued(), "queued"),
        Check.count(demand.getRunning(), "running"),
        Check.count(demand.getEnded(), "ended"),
        Check.count(demand.getWaitingMilli(), "waiting_milli"),
        Check.count(demand.getUsedMilli(), "used_milli"),
        Check.count(demand.getSinceMs(), "since_ms"),
        Check.atMost(DemandDigest.SHAPES_MAX, demand.getShapesList(), "shapes").stream()
            .map(ValueCodec::decode)
            .toList(),
        demand.hasQuota() ? ValueCodec.decode(demand.getQuota()) : Quota.NONE);
  }
}
