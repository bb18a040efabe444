// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.List;

/**
 * What one task gets of its node.
 *
 * @param devices indices of its devices, rising
 * @param gpuMilli thousandths of each of them
 */
public record Grant(List<Integer> devices, int gpuMilli, int cpuMilli, int memoryMib) {
  public Grant {
    devices = List.copyOf(devices);
  }

  /** Milli of all its devices together. */
  public long totalGpuMilli() {
    return (long) gpuMilli * devices.size();
  }
}
