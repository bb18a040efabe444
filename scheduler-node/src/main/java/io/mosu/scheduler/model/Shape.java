// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.math.BigDecimal;
import java.util.Collections;
import java.util.SortedSet;
import java.util.TreeSet;

/**
 * What one task asks of one node.
 *
 * @param gpus whole devices, or 1 when {@code gpuMilli} is below 1000, or 0
 * @param gpuMilli thousandths of each device: 1000 for whole devices, 1 to 999 for a share of one,
 *     0 without devices
 * @param models device models that will do, any if empty
 * @param cpuMilli thousandths of a core
 * @param container whether it needs a container engine
 */
public record Shape(
    int gpus,
    int gpuMilli,
    SortedSet<String> models,
    int cpuMilli,
    int memoryMib,
    boolean container) {
  public Shape {
    boolean none = gpus == 0 && gpuMilli == 0;
    boolean share = gpus == 1 && gpuMilli >= 1 && gpuMilli < Device.WHOLE_MILLI;
    boolean whole = gpus >= 1 && gpuMilli == Device.WHOLE_MILLI;
    if (!(none || share || whole) || cpuMilli < 0 || memoryMib < 0) {
      throw new IllegalArgumentException(
          "no shape: gpus=%d gpuMilli=%d cpuMilli=%d memoryMib=%d"
              .formatted(gpus, gpuMilli, cpuMilli, memoryMib));
    }
    models = Collections.unmodifiableSortedSet(new TreeSet<>(models));
  }

  /** Of a plain process. */
  public Shape(int gpus, int gpuMilli, SortedSet<String> models, int cpuMilli, int memoryMib) {
    this(gpus, gpuMilli, models, cpuMilli, memoryMib, false);
  }

  /** Device milli asked in all. */
  public long totalGpuMilli() {
    return (long) gpus * gpuMilli;
  }

  /** As a person would say it: {@code 2 GPUs of A100|H100, 8 CPUs, 512 MiB memory}. */
  public String inWords() {
    String devices =
        gpus == 0
            ? ""
            : (gpuMilli < Device.WHOLE_MILLI ? units(gpuMilli, "GPU") : gpus + plural(gpus, "GPU"))
                + (models.isEmpty() ? "" : " of " + String.join("|", models))
                + ", ";
    return devices
        + units(cpuMilli, "CPU")
        + ", "
        + memoryMib
        + " MiB memory"
        + (container ? ", containers" : "");
  }

  private static String units(int milli, String unit) {
    BigDecimal value = BigDecimal.valueOf(milli, 3).stripTrailingZeros();
    return value.toPlainString() + plural(milli > Device.WHOLE_MILLI ? 2 : 1, unit);
  }

  private static String plural(int count, String unit) {
    return " " + unit + (count == 1 ? "" : "s");
  }
}
