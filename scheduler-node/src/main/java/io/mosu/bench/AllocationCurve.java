// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Shape;

/**
 * How much of a cluster is allocated when as much has been asked as it has: the mean over the steps
 * at which what arrived rounds to 100 % of its GPU milli.
 */
final class AllocationCurve {
  private static final double PERCENT = 100;

  private final double capacityMilli;
  private long arrivedMilli;
  private long allocatedMilli;
  private double sum;
  private int steps;
  private int placements;
  private int refusedCpu;
  private int refusedShared;
  private int refusedWhole;

  AllocationCurve(long capacityMilli) {
    this.capacityMilli = capacityMilli;
  }

  /** A task has arrived, and was placed or dropped for good. */
  void step(Shape shape, boolean placed) {
    arrivedMilli += shape.totalGpuMilli();
    if (placed) {
      placements++;
      allocatedMilli += shape.totalGpuMilli();
    } else if (shape.gpus() == 0) {
      refusedCpu++;
    } else if (shape.totalGpuMilli() < Device.WHOLE_MILLI) {
      refusedShared++;
    } else {
      refusedWhole++;
    }
    if (Math.round(PERCENT * arrivedMilli / capacityMilli) == PERCENT) {
      sum += PERCENT * allocatedMilli / capacityMilli;
      steps++;
    }
  }

  /** Whether what follows does not count any more. */
  boolean over() {
    return Math.round(PERCENT * arrivedMilli / capacityMilli) > PERCENT;
  }

  /** Percent of the cluster's GPU milli that are allocated. */
  double allocated() {
    return steps == 0 ? Double.NaN : sum / steps;
  }

  int placements() {
    return placements;
  }

  int refusedCpu() {
    return refusedCpu;
  }

  int refusedShared() {
    return refusedShared;
  }

  int refusedWhole() {
    return refusedWhole;
  }
}
