// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantTerms;
import io.mosu.simulation.Cast;
import io.mosu.simulation.Watch;
import io.mosu.simulation.World;
import io.mosu.simulation.WorldSettings;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.IntConsumer;

/**
 * One run of a workload on a cluster: the jobs come when the trace says, run as long as it says and
 * leave; nothing fails. The same seed gives the same run.
 */
public final class Study {
  private static final int JOBS_MAX = 10_000_000;

  /** Longer than anything that is on its way takes, reviews of waiting jobs included. */
  private static final long QUIET_MS = 60_000;

  /** As in production. */
  private static final long RESERVE_AFTER_MS = 60_000;

  private static final long SETTLE_MS = 5_000;
  private static final String NOBODY = "all";

  private final List<TraceJob> jobs;
  private final World world;
  private final StudyOutcome outcome;
  private final Map<TenantId, Map<Long, Integer>> numbers = new HashMap<>();
  private final Map<String, Integer> refusals = new TreeMap<>();
  private final long beganMs;
  private int running;
  private int settled;
  private long lastMs;

  /**
   * A cluster whose nodes have registered.
   *
   * @param quotas of tenants; those that are not named have none
   * @param schedulers scheduler nodes, each with a board of its own
   */
  public Study(
      List<TraceNode> nodes,
      List<TraceJob> jobs,
      Map<String, Quota> quotas,
      int schedulers,
      long seed) {
    this.jobs = jobs;
    this.outcome = new StudyOutcome(nodes, jobs);
    this.world = new World(settings(schedulers), seed, Cast.SHIPPED, false);
    nodes.forEach(node -> world.addNode(node.id(), node.inventory()));
    jobs.stream().map(Study::tenant).distinct().forEach(world::addTenant);
    quotas.forEach((tenant, quota) -> world.quota(new TenantId(tenant), quota));
    world.watch(new Noted());
    boolean more = true;
    while (more && world.nowMs() < SETTLE_MS) {
      more = world.step();
    }
    this.beganMs = world.nowMs();
  }

  private static WorldSettings settings(int schedulers) {
    WorldSettings calm = WorldSettings.calm();
    TenantTerms tenant = calm.tenant();
    NodeTerms node = calm.node();
    return new WorldSettings(
        schedulers,
        calm.byChance(),
        new TenantTerms(
            tenant.negotiation(),
            JOBS_MAX,
            tenant.lossesMax(),
            RESERVE_AFTER_MS,
            tenant.reviewMs()),
        // no host is lost here: renewals would only cost time
        new NodeTerms(TraceJob.ENDLESS_MS, TraceJob.ENDLESS_MS / 4, node.skewMs(), node.resendMs()),
        calm.network(),
        calm.link(),
        calm.journal(),
        calm.faults());
  }

  /**
   * Runs until all jobs that end have ended, and nothing can be placed any more.
   *
   * @param progress hears how many jobs are over
   */
  public StudyOutcome run(IntConsumer progress) {
    int next = 0;
    int told = 0;
    lastMs = world.nowMs();
    do {
      // one that is still to come is always there: time must not pass it by
      while (next < jobs.size() && (next == 0 || due(next - 1) <= world.nowMs())) {
        submit(next++);
      }
      if (settled > told) {
        told = settled;
        progress.accept(settled);
      }
    } while (world.step() && !over());
    outcome.close(lastMs - beganMs, world.chronicle().messages(), refusals);
    return outcome;
  }

  private long due(int index) {
    return beganMs + jobs.get(index).submitMs();
  }

  private boolean over() {
    return running == 0 && world.nowMs() > Math.max(lastMs, due(jobs.size() - 1)) + QUIET_MS;
  }

  private void submit(int index) {
    TraceJob job = jobs.get(index);
    List<String> command = List.of("run", Long.toString(job.durationMs()), "0");
    JobSpec spec =
        new JobSpec(
            Integer.toString(index),
            "",
            job.tasks(),
            job.shape(),
            job.priority(),
            0,
            new TaskSpec(command, new TreeMap<>()));
    world.submit(due(index) - world.nowMs(), tenant(job), spec, -1);
  }

  private static TenantId tenant(TraceJob job) {
    return new TenantId(job.tenant().isEmpty() ? NOBODY : job.tenant());
  }

  /** Notes when what happened. */
  private final class Noted implements Watch {
    @Override
    public void journaled(TenantId tenant, TenantEvent event) {
      Map<Long, Integer> known = numbers.computeIfAbsent(tenant, t -> new HashMap<>());
      if (event instanceof TenantEvent.Submitted submitted) {
        known.put(submitted.number(), Integer.parseInt(submitted.spec().name()));
      } else if (event instanceof TenantEvent.Placed placed) {
        int index = known.getOrDefault(placed.number(), -1);
        outcome.placed(index, now(), placed.decision().invited());
        running += ends(index) ? 1 : 0;
        settled += ends(index) ? 0 : 1;
      } else if (event instanceof TenantEvent.Preempted) {
        outcome.preempted();
      } else if (event instanceof TenantEvent.Requeued requeued) {
        int index = known.getOrDefault(requeued.number(), -1);
        running -= ends(index) ? 1 : 0;
        settled -= ends(index) ? 0 : 1;
      } else if (event instanceof TenantEvent.Ended ended) {
        Integer index = known.remove(ended.number());
        if (index != null) {
          outcome.ended(index, now());
          running--;
          settled++;
        }
      }
      lastMs = world.nowMs();
    }

    @Override
    public void refused(TenantId tenant, JobSpec spec, Refused why) {
      outcome.refused(Integer.parseInt(spec.name()));
      refusals.merge(why.reason() + ": " + why.detail(), 1, Integer::sum);
      settled++;
      lastMs = world.nowMs();
    }

    private boolean ends(int index) {
      return jobs.get(index).durationMs() < TraceJob.ENDLESS_MS;
    }

    private long now() {
      return world.nowMs() - beganMs;
    }
  }
}
