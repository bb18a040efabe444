// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.simulation.study.QueuePolicy;
import io.mosu.trace.TraceJob;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.PriorityQueue;
import java.util.TreeSet;

/**
 * How others run a tenant's jobs on its own nodes: from one queue, each job whole or not at all, on
 * as few nodes as can be. Its own simulator, so that it shares no mistake with ours.
 */
final class Partition {
  private static Comparator<Waiting> order(QueuePolicy policy) {
    return Comparator.<Waiting>comparingLong(job -> policy.shortest() ? job.durationMs() : 0)
        .thenComparingLong(Waiting::atMs)
        .thenComparingInt(Waiting::index);
  }

  private record Waiting(int index, long atMs, long durationMs, int gpus) {}

  private record Running(long untilMs, List<Integer> nodes, int gpus) {}

  private final int gpusPerNode;
  private final int[] free;

  /**
   * @param nodes how many, with as many GPUs each
   */
  Partition(int nodes, int gpusPerNode) {
    this.gpusPerNode = gpusPerNode;
    this.free = new int[nodes];
    Arrays.fill(free, gpusPerNode);
  }

  /** Whether it could ever run the job, and the job asks for GPUs. */
  boolean holds(TraceJob job) {
    return job.gpus() > 0 && Math.ceil(job.gpus()) <= (double) free.length * gpusPerNode;
  }

  /**
   * Runs all jobs, which come in the order of their submission and all fit.
   *
   * @return when each starts, in milliseconds
   */
  long[] starts(List<TraceJob> jobs, QueuePolicy policy) {
    long[] starts = new long[jobs.size()];
    TreeSet<Waiting> queue = new TreeSet<>(order(policy));
    PriorityQueue<Running> running =
        new PriorityQueue<>(Comparator.comparingLong(Running::untilMs));
    int next = 0;
    while (next < jobs.size() || !queue.isEmpty()) {
      long arrival = next < jobs.size() ? jobs.get(next).submitMs() : Long.MAX_VALUE;
      Running first = running.peek();
      long now = first == null ? arrival : Math.min(arrival, first.untilMs());
      for (; next < jobs.size() && jobs.get(next).submitMs() <= now; next++) {
        TraceJob job = jobs.get(next);
        queue.add(new Waiting(next, job.submitMs(), job.durationMs(), (int) Math.ceil(job.gpus())));
      }
      for (Running done = running.peek(); done != null && done.untilMs() <= now; ) {
        running.poll();
        give(done);
        done = running.peek();
      }
      for (Waiting waiting : List.copyOf(queue)) {
        List<Integer> nodes = take(waiting.gpus());
        if (!nodes.isEmpty()) {
          queue.remove(waiting);
          starts[waiting.index()] = now;
          running.add(new Running(now + waiting.durationMs(), nodes, waiting.gpus()));
        } else if (!policy.passes()) {
          break;
        }
      }
    }
    return starts;
  }

  private void give(Running done) {
    int left = done.gpus();
    for (int node : done.nodes()) {
      int part = Math.min(gpusPerNode, left);
      free[node] += part;
      left -= part;
    }
  }

  /** Whole nodes, and for the rest the fullest node that has room; none if it does not fit now. */
  private List<Integer> take(int gpus) {
    List<Integer> nodes = new ArrayList<>();
    int left = gpus;
    for (int node = 0; node < free.length && left >= gpusPerNode; node++) {
      if (free[node] == gpusPerNode) {
        nodes.add(node);
        left -= gpusPerNode;
      }
    }
    if (left >= gpusPerNode) {
      return List.of();
    }
    if (left > 0) {
      int best = -1;
      for (int node = 0; node < free.length; node++) {
        boolean fits = free[node] >= left && !nodes.contains(node);
        if (fits && (best < 0 || free[node] < free[best])) {
          best = node;
        }
      }
      if (best < 0) {
        return List.of();
      }
      nodes.add(best);
    }
    left = gpus;
    for (int node : nodes) {
      int part = Math.min(gpusPerNode, left);
      free[node] -= part;
      left -= part;
    }
    return nodes;
  }
}
