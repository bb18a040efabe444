// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import java.util.List;
import java.util.SplittableRandom;

/** The lots of one world: the same seed draws the same. */
final class Chance {

  private final SplittableRandom random;

  Chance(SplittableRandom random) {
    this.random = random;
  }

  boolean perMille(int rate) {
    return rate > 0 && random.nextInt(1000) < rate;
  }

  /** From {@code low} to {@code high}, both included. */
  long between(long low, long high) {
    return high <= low ? low : low + random.nextLong(high - low + 1);
  }

  int below(int bound) {
    return random.nextInt(bound);
  }

  <T> T of(List<T> all) {
    return all.get(random.nextInt(all.size()));
  }

  SplittableRandom split() {
    return random.split();
  }
}
