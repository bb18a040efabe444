// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.scheduler.model.Shape;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.IntConsumer;

/**
 * The same workload on the same cluster as others run it: one queue, one scheduler that knows
 * everything at once and takes no time, each job whole or not at all, on the fullest nodes that
 * have room. Quotas do not count.
 */
public final class PeerQueue {
  /** Like jobs: where one has no room, none has. */
  private record Kind(int tasks, Shape shape) {}

  private record Running(int job, long untilMs, PeerRoom.Taken taken) {}

  private final List<TraceJob> jobs;
  private final QueuePolicy policy;
  private final Comparator<Integer> order;
  private final PeerRoom room;
  private final StudyOutcome outcome;
  private final Map<Kind, TreeSet<Integer>> waiting = new HashMap<>();
  private final Set<Kind> blocked = new HashSet<>();
  private final PriorityQueue<Running> running =
      new PriorityQueue<>(Comparator.comparingLong(Running::untilMs).thenComparing(Running::job));

  /** One run. */
  public PeerQueue(List<TraceNode> nodes, List<TraceJob> jobs, QueuePolicy policy) {
    this.jobs = jobs;
    this.policy = policy;
    this.order = policy.order(jobs.stream().map(TraceJob::durationMs).toList());
    this.room = new PeerRoom(nodes);
    this.outcome = new StudyOutcome(nodes, jobs);
  }

  /**
   * Runs until all jobs that end have ended, and nothing can be placed any more.
   *
   * @param progress hears how many jobs have left or do not end
   */
  public StudyOutcome run(IntConsumer progress) {
    Map<Kind, Boolean> possible = new HashMap<>();
    Map<String, Integer> refusals = new HashMap<>();
    int next = 0;
    int over = 0;
    long nowMs = 0;
    while (next < jobs.size() || endsMs() < TraceJob.ENDLESS_MS) {
      nowMs = Math.min(next < jobs.size() ? jobs.get(next).submitMs() : Long.MAX_VALUE, endsMs());
      for (; next < jobs.size() && jobs.get(next).submitMs() <= nowMs; next++) {
        Kind kind = kind(next);
        if (possible.computeIfAbsent(kind, k -> room.everFits(k.tasks(), k.shape()))) {
          waiting.computeIfAbsent(kind, k -> new TreeSet<>(order)).add(next);
        } else {
          outcome.refused(next);
          refusals.merge("IMPOSSIBLE: no room on the empty cluster", 1, Integer::sum);
          over++;
        }
      }
      while (endsMs() <= nowMs) {
        Running done = running.remove();
        room.give(done.taken());
        blocked.removeIf(kind -> room.hasRoomAgain(done.taken(), kind.shape()));
        outcome.ended(done.job(), nowMs);
        over++;
      }
      over += place(nowMs);
      progress.accept(over);
    }
    outcome.close(nowMs, 0, refusals);
    return outcome;
  }

  /** Places what can be; how many of these stay for ever. */
  private int place(long nowMs) {
    int stay = 0;
    PriorityQueue<Integer> heads = new PriorityQueue<>(order);
    waiting.forEach(
        (kind, queue) -> {
          if (!policy.passes() || !blocked.contains(kind)) {
            heads.add(queue.first());
          }
        });
    while (!heads.isEmpty()) {
      int job = heads.remove();
      Kind kind = kind(job);
      PeerRoom.Taken taken =
          blocked.contains(kind) ? PeerRoom.NOTHING : room.take(kind.tasks(), kind.shape());
      if (taken.grants().isEmpty()) {
        blocked.add(kind);
        if (!policy.passes()) {
          return stay;
        }
        continue;
      }
      outcome.placed(job, nowMs, 0);
      TraceJob placed = jobs.get(job);
      boolean stays = placed.durationMs() >= TraceJob.ENDLESS_MS;
      stay += stays ? 1 : 0;
      running.add(
          new Running(job, stays ? TraceJob.ENDLESS_MS : nowMs + placed.durationMs(), taken));
      TreeSet<Integer> queue = waiting.getOrDefault(kind, new TreeSet<>());
      queue.remove(job);
      if (queue.isEmpty()) {
        waiting.remove(kind);
      } else {
        heads.add(queue.first());
      }
    }
    return stay;
  }

  private Kind kind(int job) {
    return new Kind(jobs.get(job).tasks(), jobs.get(job).shape());
  }

  private long endsMs() {
    Running first = running.peek();
    return first == null ? Long.MAX_VALUE : first.untilMs();
  }
}
