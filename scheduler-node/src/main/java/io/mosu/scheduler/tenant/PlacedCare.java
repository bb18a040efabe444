// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEffect.TellNode;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * The part of a tenant's rules that looks after placed jobs: it says start or stop to their nodes
 * until they have acknowledged it. Not journaled: after a recovery it says everything again.
 */
final class PlacedCare {

  /** Ports for the gang's own meeting; the job's number chooses one. */
  private static final int PORT_FIRST = 20_000;

  private static final int PORT_COUNT = 10_000;

  /** The longest pause between two words is {@code 1 << TRIES_MAX} times the first. */
  private static final int TRIES_MAX = 4;

  /** After a recovery, starts are said again at this rate, so as not to flood the nodes. */
  private static final int RECOVERED_PER_MS = 2;

  private final long resendMs;
  private final TreeMap<Long, Set<Long>> due = new TreeMap<>();
  private final Map<Long, Long> dueAt = new HashMap<>();
  private final Map<Long, Set<Integer>> acknowledged = new HashMap<>();
  private final Map<Long, Set<Integer>> running = new HashMap<>();
  private final Map<Long, Long> startedMs = new HashMap<>();
  private final Map<Long, Integer> tries = new HashMap<>();

  /** Nodes whose agent is silent while the task there goes on. */
  private final Map<Long, Set<NodeId>> contactLost = new HashMap<>();

  PlacedCare(long resendMs, TenantLedger ledger, Moment now) {
    this.resendMs = resendMs;
    int n = 0;
    for (Job job : ledger.active().values()) {
      if (job.state() != JobState.QUEUED) {
        schedule(job.id().number(), now.tickMs() + 1 + n++ / RECOVERED_PER_MS);
      }
    }
  }

  /** Wall time when all tasks were seen to run, 0 if not seen. */
  long startedMs(long number) {
    return startedMs.getOrDefault(number, 0L);
  }

  /** Says what the job's nodes have to know now, and plans to say it again. */
  void say(Job job, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Placement placement = job.placement().orElseThrow();
    Set<Integer> heard = acknowledged.getOrDefault(job.id().number(), Set.of());
    boolean again = false;
    for (Part part : placement.parts()) {
      if (part.exit().isPresent()
          || (job.state() == JobState.PLACED && heard.contains(part.task()))) {
        continue;
      }
      again = true;
      tell(job, part, out);
    }
    if (again) {
      int before = tries.merge(job.id().number(), 1, Integer::sum) - 1;
      schedule(job.id().number(), now.tickMs() + (resendMs << Math.min(TRIES_MAX, before)));
    } else {
      unschedule(job.id().number());
    }
  }

  /** Says to one node what it has to know of its task. */
  void tell(Job job, Part part, Outcome<TenantEvent, TenantEffect> out) {
    Placement placement = job.placement().orElseThrow();
    if (part.exit().isPresent()) {
      out.after(
          new TellNode(new NodeMessage.EndAcknowledged(part.node(), placement.negotiation())));
    } else if (job.state() != JobState.PLACED) {
      out.after(
          new TellNode(
              new NodeMessage.Stop(part.node(), placement.negotiation(), job.id(), part.token())));
    } else {
      out.after(
          new TellNode(
              new NodeMessage.Start(
                  part.node(),
                  placement.negotiation(),
                  job.id(),
                  part.token(),
                  job.spec().task(),
                  job.spec().nodes(),
                  placement.parts().get(0).address(),
                  PORT_FIRST + Math.floorMod(placement.negotiation().hashCode(), PORT_COUNT))));
    }
  }

  /** What is to be said has changed: it is said often again. */
  void sayAfresh(Job job, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    tries.remove(job.id().number());
    say(job, now, out);
  }

  /** The agent of a task that goes on without it fell silent, or spoke again. */
  void contact(Job job, NodeId node, boolean lost) {
    Set<NodeId> silent = contactLost.computeIfAbsent(job.id().number(), n -> new TreeSet<>());
    if (lost) {
      silent.add(node);
    } else {
      silent.remove(node);
    }
  }

  /** Nodes whose agent is silent while the job's task there goes on. */
  List<NodeId> contactLost(long number) {
    return List.copyOf(contactLost.getOrDefault(number, Set.of()));
  }

  /** A node has taken the start; whether this was news. */
  boolean acknowledge(Job job, Part part, boolean runs, Moment now) {
    long number = job.id().number();
    acknowledged.computeIfAbsent(number, n -> new TreeSet<>()).add(part.task());
    if (!runs || !running.computeIfAbsent(number, n -> new HashSet<>()).add(part.task())) {
      return false;
    }
    if (running.get(number).size() == job.spec().nodes()) {
      startedMs.putIfAbsent(number, now.wallMs());
      return true;
    }
    return false;
  }

  /** The job has no placement any more. */
  void forget(long number) {
    unschedule(number);
    acknowledged.remove(number);
    running.remove(number);
    startedMs.remove(number);
    tries.remove(number);
    contactLost.remove(number);
  }

  /** Takes out the jobs whose nodes are to be told again. */
  Set<Long> due(long nowTickMs) {
    Set<Long> over = new TreeSet<>();
    while (!due.isEmpty() && due.firstKey() <= nowTickMs) {
      for (long number : due.pollFirstEntry().getValue()) {
        dueAt.remove(number);
        over.add(number);
      }
    }
    return over;
  }

  long nextTickMs() {
    return due.isEmpty() ? Long.MAX_VALUE : due.firstKey();
  }

  /**
   * Whether a host is to blame for the end of a job whose tasks have all ended. A task that never
   * ran may have been stopped before its start because another one failed.
   */
  static boolean lost(Placement placement) {
    boolean lost = false;
    boolean notStarted = false;
    boolean failed = false;
    for (Part part : placement.parts()) {
      Exit exit = part.exit().orElseThrow();
      lost |= exit.lost();
      notStarted |= exit.kind() == Exit.Kind.NOT_STARTED;
      failed |= exit.failure();
    }
    return lost || (notStarted && !failed);
  }

  /** The exit code of a job whose tasks have all ended: the first failure by task, or 0. */
  static int exitCode(Placement placement) {
    int stopped = 0;
    for (Part part : placement.parts()) {
      Exit exit = part.exit().orElseThrow();
      if (exit.failure()) {
        boolean late = exit.kind() == Exit.Kind.TIME_LIMIT;
        return late ? Exit.CODE_TIME_LIMIT : Math.max(1, exit.code());
      }
      stopped = exit.success() ? stopped : 1;
    }
    return stopped;
  }

  /** Whether what ended a task would end it again: it runs too long, or lacks its files. */
  static boolean hopeless(Placement placement) {
    return placement.parts().stream()
        .flatMap(part -> part.exit().stream())
        .map(Exit::kind)
        .anyMatch(kind -> kind == Exit.Kind.TIME_LIMIT || kind == Exit.Kind.NO_WORKDIR);
  }

  private void schedule(long number, long tickMs) {
    unschedule(number);
    due.computeIfAbsent(tickMs, t -> new TreeSet<>()).add(number);
    dueAt.put(number, tickMs);
  }

  private void unschedule(long number) {
    Long at = dueAt.remove(number);
    Set<Long> like = at == null ? null : due.get(at);
    if (like != null) {
      like.remove(number);
      if (like.isEmpty()) {
        due.remove(at);
      }
    }
  }
}
