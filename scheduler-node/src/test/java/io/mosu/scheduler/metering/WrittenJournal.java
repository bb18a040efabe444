// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantEvent;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** A journal written by hand: nodes of two devices, jobs of one-device tasks. */
final class WrittenJournal {
  private static final int CPU_MILLI = 1_000;
  private static final int MEMORY_MIB = 512;

  private final Map<String, List<JournalRow>> rows = new TreeMap<>();
  private final List<Wire> events = new ArrayList<>();
  private long nowMs = 1_000_000;

  WrittenJournal node(String node) {
    return node(node, new NodeEvent.EpochClaimed(1))
        .node(
            node,
            new NodeEvent.Registered(
                new Inventory(
                    "aurora",
                    "east",
                    node,
                    8 * CPU_MILLI,
                    8 * MEMORY_MIB,
                    List.of(new Device(0, "H100", 81_920, "a"), new Device(1, "H100", 81_920, "b")),
                    false)));
  }

  WrittenJournal node(String node, NodeEvent event) {
    return write("Node|" + node, event);
  }

  WrittenJournal tenant(String tenant, TenantEvent event) {
    return write("Tenant|" + tenant, event);
  }

  WrittenJournal tenant(String tenant) {
    return tenant(tenant, new TenantEvent.EpochClaimed(1));
  }

  WrittenJournal submit(String tenant, long number, int nodes) {
    JobSpec spec =
        new JobSpec(
            "job",
            "default",
            nodes,
            new Shape(1, 1000, new TreeSet<>(), CPU_MILLI, MEMORY_MIB),
            0,
            0,
            new TaskSpec(List.of("true"), new TreeMap<>()));
    return tenant(tenant, new TenantEvent.Submitted(number, spec, "", nowMs));
  }

  WrittenJournal lease(
      String node, String job, int task, long token, int device, String negotiation) {
    return node(
        node,
        new NodeEvent.Leased(
            new Lease(
                new NegotiationId(negotiation),
                JobId.parse(job).orElseThrow(),
                task,
                token,
                grant(device),
                nowMs)));
  }

  WrittenJournal release(String node, String negotiation, long token) {
    return node(node, new NodeEvent.Released(new NegotiationId(negotiation), token, nowMs));
  }

  WrittenJournal place(String tenant, long number, String negotiation, Placement.Part... parts) {
    NegotiationId id = new NegotiationId(negotiation);
    return tenant(
        tenant,
        new TenantEvent.Placed(
            number,
            new Placement(id, List.of(parts), nowMs),
            new DecisionRecord(id, nowMs, "balanced", 1, 4, List.of(), List.of())));
  }

  WrittenJournal taskEnded(String tenant, long number, int task) {
    return tenant(
        tenant, new TenantEvent.TaskEnded(number, task, new Exit(Exit.Kind.EXITED, 0), nowMs));
  }

  WrittenJournal ended(String tenant, long number) {
    return tenant(tenant, new TenantEvent.Ended(number, JobState.COMPLETED, 0, nowMs));
  }

  /** Time passes before the next event. */
  WrittenJournal later(long ms) {
    nowMs += ms;
    return this;
  }

  /** Takes one row out again. */
  WrittenJournal without(String persistenceId, int row) {
    Objects.requireNonNull(rows.get(persistenceId)).remove(row);
    return this;
  }

  JournalReport report() {
    return check().report();
  }

  JournalCheck check() {
    JournalCheck check =
        new JournalCheck((manifest, payload) -> events.get(Integer.parseInt(manifest)));
    rows.values().forEach(ofOne -> ofOne.forEach(check::accept));
    return check;
  }

  static Placement.Part part(int task, String node, long token, int device) {
    return new Placement.Part(task, new NodeId(node), token, grant(device), node, Optional.empty());
  }

  /** A row that no codec reads. */
  WrittenJournal unreadable(String persistenceId) {
    return write(persistenceId, "not a number");
  }

  private static Grant grant(int device) {
    return new Grant(List.of(device), 1000, CPU_MILLI, MEMORY_MIB);
  }

  private WrittenJournal write(String persistenceId, Wire event) {
    events.add(event);
    return write(persistenceId, Integer.toString(events.size() - 1));
  }

  private WrittenJournal write(String persistenceId, String manifest) {
    List<JournalRow> mine = rows.computeIfAbsent(persistenceId, p -> new ArrayList<>());
    mine.add(new JournalRow(persistenceId, mine.size() + 1L, nowMs++, manifest, new byte[0]));
    return this;
  }
}
