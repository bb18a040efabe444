// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.trace.TraceJob;

/**
 * What happened over time, in slots of equal length: means over each slot, exact to the
 * millisecond.
 */
final class Curves {
  private final long slotMs;
  private final double[] usedGpus;
  private final double[] waitingGpus;
  private final double[] waitingJobs;

  /**
   * @param slots how many
   */
  Curves(StudyOutcome outcome, int slots) {
    this.slotMs = Math.max(1, (outcome.lastMs() + slots - 1) / slots);
    this.usedGpus = new double[slots];
    this.waitingGpus = new double[slots];
    this.waitingJobs = new double[slots];
    for (int i = 0; i < outcome.jobs().size(); i++) {
      TraceJob job = outcome.jobs().get(i);
      double gpus = job.gpus();
      long placed = outcome.wasPlaced(i) ? outcome.placedMs(i) : outcome.lastMs();
      if (!outcome.wasRefused(i)) {
        add(waitingGpus, job.submitMs(), placed, gpus);
        add(waitingJobs, job.submitMs(), placed, 1);
      }
      if (outcome.wasPlaced(i)) {
        add(usedGpus, placed, outcome.untilMs(i), gpus);
      }
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
