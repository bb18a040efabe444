// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.trace.TraceJob;
import java.util.Map;
import java.util.TreeMap;

/**
 * What happened over time, in slots of equal length: means over each slot, exact to the
 * millisecond.
 */
final class Curves {
  private final long slotMs;
  private final double[] usedGpus;
  private final double[] waitingGpus;
  private final double[] waitingJobs;
  private final double[] waitS;
  private final double[] fairness;

  /** GPUs of one tenant. */
  private static final class Tenant {
    private final double[] used;
    private final double[] waiting;

    Tenant(int slots) {
      used = new double[slots];
      waiting = new double[slots];
    }
  }

  /**
   * @param lastMs where the last slot ends, at or after the end of the run
   * @param slots how many
   */
  Curves(StudyOutcome outcome, long lastMs, int slots) {
    this.slotMs = Math.max(1, (lastMs + slots - 1) / slots);
    this.usedGpus = new double[slots];
    this.waitingGpus = new double[slots];
    this.waitingJobs = new double[slots];
    this.waitS = new double[slots];
    this.fairness = new double[slots];
    double[] placements = new double[slots];
    Map<String, Tenant> tenants = new TreeMap<>();
    for (int i = 0; i < outcome.jobs().size(); i++) {
      TraceJob job = outcome.jobs().get(i);
      double gpus = job.gpus();
      long placed = outcome.wasPlaced(i) ? outcome.placedMs(i) : outcome.lastMs();
      Tenant tenant = tenants.computeIfAbsent(job.tenant(), t -> new Tenant(slots));
      if (!outcome.wasRefused(i)) {
        add(tenant.waiting, job.submitMs(), placed, gpus);
        add(waitingGpus, job.submitMs(), placed, gpus);
        add(waitingJobs, job.submitMs(), placed, 1);
      }
      if (outcome.wasPlaced(i)) {
        add(tenant.used, placed, outcome.untilMs(i), gpus);
        add(usedGpus, placed, outcome.untilMs(i), gpus);
        int slot = (int) Math.min(slots - 1L, placed / slotMs);
        waitS[slot] += outcome.waitMs(i) / 1e3;
        placements[slot]++;
      }
    }
    for (int slot = 0; slot < slots; slot++) {
      waitS[slot] /= Math.max(1, placements[slot]);
      fairness[slot] = fairness(tenants, slot);
    }
  }

  long slotMs() {
    return slotMs;
  }

  double[] usedGpus() {
    return usedGpus;
  }

  double[] waitingGpus() {
    return waitingGpus;
  }

  double[] waitingJobs() {
    return waitingJobs;
  }

  /** Mean seconds that the jobs had waited that were placed in the slot; 0 where none was. */
  double[] waitS() {
    return waitS;
  }

  /**
   * Jain's index of the part that each tenant has of the GPUs that it asks for: 1 if all that ask
   * have an equal part, 1/n if one of n has everything.
   */
  double[] fairness() {
    return fairness;
  }

  private static double fairness(Map<String, Tenant> tenants, int slot) {
    double sum = 0;
    double squares = 0;
    int asking = 0;
    for (Tenant tenant : tenants.values()) {
      double asked = tenant.used[slot] + tenant.waiting[slot];
      if (asked > 0) {
        double part = tenant.used[slot] / asked;
        sum += part;
        squares += part * part;
        asking++;
      }
    }
    return squares == 0 ? 1 : sum * sum / (asking * squares);
  }

  /** {@code amount} from {@code fromMs} to {@code untilMs}. */
  private void add(double[] curve, long fromMs, long untilMs, double amount) {
    int last = (int) Math.min(curve.length - 1L, untilMs / slotMs);
    for (int slot = (int) Math.min(last, fromMs / slotMs); slot <= last; slot++) {
      long begins = Math.max(fromMs, slot * slotMs);
      long ends = Math.min(untilMs, (slot + 1) * slotMs);
      curve[slot] += amount * Math.max(0, ends - begins) / slotMs;
    }
  }
}
