// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.util.Arrays;
import java.util.Collection;

/** Values in order, and the one below which a part of them lies. */
public final class Percentile {
  private final double[] sorted;

  public Percentile(Collection<? extends Number> values) {
    sorted = values.stream().mapToDouble(Number::doubleValue).toArray();
    Arrays.sort(sorted);
  }

  public boolean isEmpty() {
    return sorted.length == 0;
  }

  /** The smallest value that {@code percent} of all do not exceed; 0 if there are none. */
  public double at(double percent) {
    if (sorted.length == 0) {
      return 0;
    }
    int rank = (int) Math.ceil(percent / 100 * sorted.length);
    return sorted[Math.max(1, Math.min(sorted.length, rank)) - 1];
  }

  /** Their mean, 0 if there are none. */
  public double mean() {
    return Arrays.stream(sorted).average().orElse(0);
  }
}
