// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.Terms;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantTerms;
import io.mosu.simulation.Cast;
import io.mosu.simulation.World;
import io.mosu.simulation.WorldSettings;
import io.mosu.trace.TraceJob;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;

/**
 * The shipped rules of tenants, nodes, agents and boards in virtual time: tasks arrive one by one
 * (or as many at once as there are schedulers), never leave, and are dropped where they do not fit.
 */
final class VirtualRun {
  private static final long FOR_EVER_MS = 1L << 50;
  private static final int JOBS_MAX = 1_000_000;
  private static final long SETTLE_MS = 5_000;

  private final World world;
  private final WorldSettings settings;
  private final Openb cluster;
  private final List<TenantId> tenants = new ArrayList<>();
  private long invited;
  private int invitedMost;

  /**
   * A cluster whose nodes have registered.
   *
   * @param schedulers scheduler nodes, each with a board of its own and tenants that ask at once
   */
  VirtualRun(Openb cluster, int schedulers, int tenantsEach, long seed) {
    this.cluster = cluster;
    this.settings = settings(schedulers);
    this.world = new World(settings, seed, Cast.SHIPPED, false);
    for (Openb.Host host : cluster.hosts()) {
      world.addNode(host.id(), host.inventory());
    }
    for (int i = 0; i < schedulers * tenantsEach; i++) {
      TenantId tenant = new TenantId("tenant-%04d".formatted(i));
      tenants.add(tenant);
      world.addTenant(tenant, i % schedulers);
    }
    runFor(SETTLE_MS);
  }

  private static WorldSettings settings(int schedulers) {
    WorldSettings calm = WorldSettings.calm();
    Terms terms = calm.tenant().negotiation();
    NodeTerms node = calm.node();
    return new WorldSettings(
        schedulers,
        calm.byChance(),
        new TenantTerms(
            terms,
            JOBS_MAX,
            calm.tenant().lossesMax(),
            TraceJob.ENDLESS_MS, // the published runs keep no room
            calm.tenant().reviewMs()),
        new NodeTerms(FOR_EVER_MS, FOR_EVER_MS / 4, node.skewMs(), node.resendMs()),
        calm.network(),
        calm.link(),
        calm.journal(),
        calm.faults());
  }

  /** Runs all arrivals. */
  AllocationCurve run(List<Shape> arrivals) {
    AllocationCurve curve = new AllocationCurve(cluster.capacityMilli());
    int together = settings.sites();
    for (int first = 0; first < arrivals.size() && !curve.over(); first += together) {
      List<Shape> now = arrivals.subList(first, Math.min(arrivals.size(), first + together));
      List<Long> numbers = new ArrayList<>();
      List<TenantId> by = new ArrayList<>();
      for (int i = 0; i < now.size(); i++) {
        TenantId tenant = tenants.get((first + i) % tenants.size());
        by.add(tenant);
        numbers.add(world.ledger(tenant).lastNumber() + 1);
        world.submit(0, tenant, spec(now.get(i)), -1);
      }
      long giveUpMs = world.nowMs() + patienceMs();
      while (world.nowMs() < giveUpMs && !all(by, numbers)) {
        world.step();
      }
      for (int i = 0; i < now.size(); i++) {
        boolean placed = placed(by.get(i), numbers.get(i));
        curve.step(now.get(i), placed);
        if (placed) {
          int asked = invited(by.get(i), numbers.get(i));
          invited += asked;
          invitedMost = Math.max(invitedMost, asked);
        }
        if (!placed && world.ledger(by.get(i)).job(numbers.get(i)) != null) {
          world.cancel(by.get(i), numbers.get(i));
        }
      }
    }
    return curve;
  }

  /** What entities told each other, those of agents apart. */
  long messages() {
    return world.chronicle().messages();
  }

  /** Nodes that were asked for the placed tasks, over all rounds. */
  long invited() {
    return invited;
  }

  /** The most nodes that were asked for one placed task. */
  int invitedMost() {
    return invitedMost;
  }

  /** All rounds of a negotiation that nobody answers, and what travels. */
  private long patienceMs() {
    Terms terms = settings.tenant().negotiation();
    return terms.rounds() * terms.deadlineMs() + terms.resendMs();
  }

  private void runFor(long ms) {
    long until = world.nowMs() + ms;
    boolean more = true;
    while (more && world.nowMs() < until) {
      more = world.step();
    }
  }

  private boolean all(List<TenantId> by, List<Long> numbers) {
    for (int i = 0; i < by.size(); i++) {
      if (!placed(by.get(i), numbers.get(i))) {
        return false;
      }
    }
    return true;
  }

  private int invited(TenantId tenant, long number) {
    return Objects.requireNonNull(world.ledger(tenant).job(number))
        .decision()
        .map(DecisionRecord::invited)
        .orElse(0);
  }

  private boolean placed(TenantId tenant, long number) {
    var job = world.ledger(tenant).job(number);
    return job != null && job.state() != JobState.QUEUED && !job.state().terminal();
  }

  private static JobSpec spec(Shape shape) {
    return new JobSpec(
        "task",
        "",
        1,
        shape,
        0,
        0,
        new TaskSpec(List.of("run", Long.toString(FOR_EVER_MS), "0"), new TreeMap<>()));
  }
}
