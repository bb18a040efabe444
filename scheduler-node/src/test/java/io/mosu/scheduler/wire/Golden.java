// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.DecisionRecord.Offer;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.node.DeviceHealth;
import io.mosu.scheduler.node.Drain;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;

/**
 * A record of the journal whose bytes are kept.
 *
 * @param name of the file; begins with the manifest
 */
record Golden(String name, String manifest, Wire record) {

  private static final long AT_MS = 1_767_225_600_000L;
  private static final TenantId TENANT = new TenantId("ai-lab");
  private static final JobId JOB = new JobId(TENANT, 42);
  private static final NegotiationId NEGOTIATION = new NegotiationId("ai-lab-42/3.17");

  private static final Inventory INVENTORY =
      new Inventory(
          "东方超算",
          "sh-pudong",
          "10.1.2.3",
          128_000,
          1_031_000,
          List.of(new Device(0, "H100", 81_559, "GPU-aa"), new Device(1, "H100", 81_559, "GPU-bb")),
          true);

  private static final Grant GRANT = new Grant(List.of(0, 1), 1000, 16_000, 65_536);
  private static final Lease LEASE = new Lease(NEGOTIATION, JOB, 1, 301, GRANT, AT_MS);

  private static final Speaker SPEAKER =
      new Speaker("00ff00ff00ff00ff", 7, "boot-1", "12-34", 987_654_321);

  private static final JobSpec SPEC =
      new JobSpec(
          "train llama",
          "chat",
          2,
          new Shape(2, 1000, new TreeSet<>(List.of("A100", "H100")), 16_000, 65_536),
          -5,
          3,
          new TaskSpec(
              List.of("python", "train.py", "--epochs", "3"),
              new TreeMap<>(Map.of("LANG", "zh_CN.UTF-8", "EMPTY", ""))));

  private static final JobSpec HELD_SPEC =
      new JobSpec(
          "later",
          "chat",
          1,
          new Shape(1, 1000, new TreeSet<>(), 1_000, 512),
          0,
          0,
          new TaskSpec(List.of("true"), new TreeMap<>()),
          new Conditions(true));

  private static final JobSpec TERMINAL_SPEC =
      new JobSpec(
          "notebook",
          "chat",
          1,
          new Shape(0, 0, new TreeSet<>(), 1_000, 512),
          0,
          0,
          new TaskSpec(List.of("jupyter", "lab"), new TreeMap<>(), List.of(6006, 8888), true));

  private static final JobSpec PLAIN_SPEC =
      new JobSpec(
          "",
          "default",
          1,
          new Shape(0, 0, new TreeSet<>(), 1_000, 0),
          0,
          0,
          new TaskSpec(List.of("true"), new TreeMap<>()));

  private static final JobSpec DEPENDENT_SPEC =
      PLAIN_SPEC.under(
          new Conditions(
              false,
              Arrays.stream(Dependency.Kind.values())
                  .map(kind -> new Dependency(kind, 41))
                  .toList()));

  private static final JobSpec IMAGE_SPEC =
      new JobSpec(
          "",
          "default",
          1,
          new Shape(0, 0, new TreeSet<>(), 1_000, 0, true),
          0,
          0,
          new TaskSpec(
              List.of("true"),
              new TreeMap<>(),
              List.of(),
              false,
              new Ending("INT", 0, 7_200_000, "USR1", 60_000),
              "docker.io/library/python:3.12",
              "ab".repeat(32)));

  private static final DecisionRecord DECISION =
      new DecisionRecord(
          NEGOTIATION,
          AT_MS + 250,
          "balanced",
          2,
          7,
          List.of(
              new Offer(new NodeId("sh-1"), 0.125, true),
              new Offer(new NodeId("sh-2"), 3.5, false)),
          Arrays.stream(Refusal.values())
              .filter(reason -> reason.compareTo(Refusal.NO_CANDIDATE) <= 0) // as first journaled
              .map(reason -> new RefusalCount(reason, 4, new NodeId("bj-9"), "0 of 8 GPUs free"))
              .toList());

  private static final Placement PLACEMENT =
      new Placement(
          NEGOTIATION,
          List.of(
              new Placement.Part(0, new NodeId("sh-1"), 301, GRANT, "10.1.2.3", Optional.empty()),
              new Placement.Part(
                  1,
                  new NodeId("sh-2"),
                  12,
                  new Grant(List.of(5), 250, 0, 0),
                  "",
                  Optional.of(new Exit(Exit.Kind.EXITED, 137)))),
          AT_MS + 300);

  private static final NodeEvent.DeviceGraded SICK =
      new NodeEvent.DeviceGraded(
          "GPU-3",
          new DeviceHealth(
              DeviceHealth.Grade.QUARANTINED,
              true,
              "xid-79",
              "GPU has fallen off the bus.",
              AT_MS,
              2,
              AT_MS,
              HashTreePMap.singleton("xid-79", 5_678L)));

  private static final Drain DRAIN = new Drain("cables", AT_MS, AT_MS + 1, AT_MS + 2, true);

  static final List<Golden> ALL =
      Stream.of(
              Stream.of(
                  golden("node-event.epoch", new NodeEvent.EpochClaimed(3)),
                  golden("node-event.registered", new NodeEvent.Registered(INVENTORY)),
                  golden("node-event.leased", new NodeEvent.Leased(LEASE)),
                  golden("node-event.lost", new NodeEvent.Lost(NEGOTIATION, 301, AT_MS)),
                  golden("node-event.released", new NodeEvent.Released(NEGOTIATION, 301, AT_MS)),
                  new Golden(
                      "node-event.registered-speaker",
                      "node-event.registered",
                      new NodeEvent.Registered(INVENTORY, Optional.of(SPEAKER))),
                  golden("node-event.agent-forgotten", new NodeEvent.AgentForgotten(AT_MS)),
                  golden("node-event.lease-kept", new NodeEvent.LeaseKept(NEGOTIATION, 301)),
                  golden("node-event.frozen", new NodeEvent.Frozen(AT_MS + 60_000, "rack", AT_MS)),
                  golden("node-event.thawed", new NodeEvent.Thawed(AT_MS)),
                  golden(
                      "node-event.device-graded",
                      new NodeEvent.DeviceGraded(SICK.uuid(), SICK.health())),
                  golden(
                      "node-event.ending",
                      new NodeEvent.Ending(
                          NEGOTIATION, 301, new Exit(Exit.Kind.DEVICE_FAULT, 79), AT_MS)),
                  golden("node-event.drained", new NodeEvent.Drained(DRAIN, AT_MS)),
                  new Golden(
                      "node-event.drained-no-more",
                      "node-event.drained",
                      new NodeEvent.Drained(Drain.NONE, AT_MS)),
                  new Golden(
                      "node-snapshot-drained",
                      "node-snapshot",
                      nodeLedger()
                          .apply(SICK)
                          .apply(
                              new NodeEvent.Ending(
                                  NEGOTIATION, 301, new Exit(Exit.Kind.DEVICE_FAULT, 79), AT_MS))
                          .apply(new NodeEvent.Drained(DRAIN, AT_MS))),
                  golden("node-snapshot", nodeLedger()),
                  new Golden(
                      "node-snapshot-frozen",
                      "node-snapshot",
                      nodeLedger()
                          .apply(new NodeEvent.Registered(INVENTORY, Optional.of(SPEAKER)))
                          .apply(new NodeEvent.LeaseKept(NEGOTIATION, 301))
                          .apply(new NodeEvent.Frozen(AT_MS + 60_000, "rack", AT_MS))
                          .apply(new NodeEvent.Thawed(AT_MS))),
                  new Golden("node-snapshot-blank", "node-snapshot", NodeLedger.BLANK),
                  golden("tenant-event.epoch", new TenantEvent.EpochClaimed(9)),
                  golden(
                      "tenant-event.submitted", new TenantEvent.Submitted(42, SPEC, "k-1", AT_MS)),
                  new Golden(
                      "tenant-event.submitted-plain",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(1, PLAIN_SPEC, "", 0)),
                  new Golden(
                      "tenant-event.submitted-terminal",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(43, TERMINAL_SPEC, "", AT_MS)),
                  new Golden(
                      "tenant-event.submitted-image",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(2, IMAGE_SPEC, "", 0)),
                  golden("tenant-event.deferred", new TenantEvent.Deferred(42, DECISION)),
                  golden("tenant-event.placed", new TenantEvent.Placed(42, PLACEMENT, DECISION)),
                  golden(
                      "tenant-event.stop-requested",
                      new TenantEvent.StopRequested(42, true, AT_MS)),
                  golden("tenant-event.preempted", new TenantEvent.Preempted(42, AT_MS)),
                  golden(
                      "tenant-event.quota-set",
                      new TenantEvent.QuotaSet(new Quota(16_000, 32_000, 3), AT_MS)),
                  golden("tenant-event.held", new TenantEvent.Held(42, true, AT_MS)),
                  golden("tenant-event.prioritised", new TenantEvent.Prioritised(42, -7, AT_MS)),
                  golden(
                      "tenant-event.requeue-requested",
                      new TenantEvent.RequeueRequested(42, AT_MS)),
                  golden("tenant-event.requeued", new TenantEvent.Requeued(42, true, AT_MS)),
                  golden("tenant-snapshot", tenantLedger()),
                  new Golden(
                      "tenant-event.submitted-conditions",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(44, HELD_SPEC, "", AT_MS)),
                  new Golden(
                      "tenant-event.submitted-dependent",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(44, DEPENDENT_SPEC, "", AT_MS)),
                  new Golden(
                      "tenant-event.submitted-timed",
                      "tenant-event.submitted",
                      new TenantEvent.Submitted(
                          44,
                          PLAIN_SPEC.under(Conditions.NONE.within(AT_MS + 1, AT_MS + 2)),
                          "",
                          AT_MS)),
                  new Golden(
                      "tenant-snapshot-dependent",
                      "tenant-snapshot",
                      tenantLedger()
                          .apply(new TenantEvent.Submitted(44, DEPENDENT_SPEC, "", AT_MS))
                          .apply(new TenantEvent.Ended(41, JobState.COMPLETED, 0, AT_MS))),
                  new Golden(
                      "tenant-snapshot-steered",
                      "tenant-snapshot",
                      tenantLedger()
                          .apply(new TenantEvent.Held(41, true, AT_MS))
                          .apply(new TenantEvent.Prioritised(41, 12, AT_MS))
                          .apply(new TenantEvent.RequeueRequested(42, AT_MS))
                          .apply(new TenantEvent.Requeued(42, false, AT_MS))
                          .apply(new TenantEvent.Submitted(44, HELD_SPEC, "", AT_MS))),
                  new Golden(
                      "tenant-snapshot-blank", "tenant-snapshot", TenantLedger.blank(TENANT))),
              Arrays.stream(Exit.Kind.values()).map(Golden::taskEnded),
              Arrays.stream(JobState.values()).filter(JobState::terminal).map(Golden::ended))
          .flatMap(goldens -> goldens)
          .toList();

  @Override
  public String toString() {
    return name;
  }

  private static Golden golden(String manifest, Wire record) {
    return new Golden(manifest, manifest, record);
  }

  private static Golden taskEnded(Exit.Kind kind) {
    String manifest = "tenant-event.task-ended";
    return new Golden(
        manifest + "-" + kind.name().toLowerCase(Locale.ROOT),
        manifest,
        new TenantEvent.TaskEnded(42, 1, new Exit(kind, 1), AT_MS));
  }

  private static Golden ended(JobState state) {
    String manifest = "tenant-event.ended";
    return new Golden(
        manifest + "-" + state.name().toLowerCase(Locale.ROOT),
        manifest,
        new TenantEvent.Ended(42, state, 137, AT_MS));
  }

  private static NodeLedger nodeLedger() {
    NegotiationId other = new NegotiationId("ai-lab-43/3.18");
    Grant cpuOnly = new Grant(List.of(), 0, 4_000, 1_024);
    return NodeLedger.of(
        7,
        Optional.of(INVENTORY),
        302,
        HashTreePMap.<NegotiationId, Lease>empty()
            .plus(NEGOTIATION, LEASE)
            .plus(other, new Lease(other, new JobId(TENANT, 43), 0, 302, cpuOnly, AT_MS)),
        HashTreePSet.empty());
  }

  private static TenantLedger tenantLedger() {
    List<Job> active =
        List.of(
            job(41, PLAIN_SPEC, JobState.QUEUED, Optional.empty(), Optional.empty()),
            job(42, SPEC, JobState.PLACED, Optional.of(PLACEMENT), Optional.of(DECISION)),
            job(43, SPEC, JobState.STOPPING, Optional.of(PLACEMENT), Optional.empty()));
    List<Job> ended =
        List.of(
            job(1, PLAIN_SPEC, JobState.COMPLETED, Optional.of(PLACEMENT), Optional.empty()),
            job(2, SPEC, JobState.FAILED, Optional.empty(), Optional.of(DECISION)),
            job(40, SPEC, JobState.CANCELLED, Optional.empty(), Optional.empty()));
    return TenantLedger.of(TENANT, 9, 43, active, ended, 40);
  }

  private static Job job(
      long number,
      JobSpec spec,
      JobState state,
      Optional<Placement> placement,
      Optional<DecisionRecord> decision) {
    return new Job(
        new JobId(TENANT, number),
        spec,
        state.terminal() ? "" : "key-" + number,
        AT_MS + number,
        state,
        4,
        2,
        1,
        state == JobState.CANCELLED,
        placement,
        decision,
        state.terminal() ? AT_MS + 9_000 : 0,
        state == JobState.FAILED ? 1 : 0);
  }
}
