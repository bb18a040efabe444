// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Shape;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;

class ArrivalsTest {
  private static final Map<String, Long> SUPPLY = Map.of("H100", 8_000L, "T4", 8_000L);

  private final Arrivals arrivals = new Arrivals();

  @Test
  void mixIsLearntSoonAndThenStaysWhileNothingChanges() {
    assertThat(arrive("H100", 100)).isPositive();
    assertThat(arrivals.mix().scarcity("H100")).isGreaterThan(1);
    assertThat(arrive("H100", 10_000)).isZero();
  }

  @Test
  void mixIsMadeAnewForNodesThatCameLate() {
    for (int i = 0; i < 100; i++) {
      arrivals.add(shape("H100"), 1, Map::of); // the first tasks come before any node
    }
    assertThat(arrivals.mix().scarcity("H100")).isZero();
    assertThat(arrive("H100", 100)).isPositive();
    assertThat(arrivals.mix().scarcity("H100")).isGreaterThan(1);
  }

  @Test
  void whatCameLongAgoFades() {
    arrive("H100", 30_000);
    arrive("T4", 60_000);
    assertThat(arrivals.mix().scarcity("T4")).isGreaterThan(1);
    assertThat(arrivals.mix().scarcity("H100")).isLessThan(0.25);
  }

  @Test
  void kindsWithoutEndAreNotKept() {
    for (int i = 0; i < 20_000; i++) {
      arrivals.add(new Shape(1, 1000, new TreeSet<>(), i, 1), 1, () -> SUPPLY);
    }
    assertThat(arrivals.kinds()).isLessThan(10_000);
  }

  /** How often the mix became another. */
  private int arrive(String model, int tasks) {
    int changes = 0;
    Shape shape = shape(model);
    for (int i = 0; i < tasks; i++) {
      changes += arrivals.add(shape, 1, () -> SUPPLY) ? 1 : 0;
    }
    return changes;
  }

  private static Shape shape(String model) {
    return new Shape(1, 1000, new TreeSet<>(List.of(model)), 1_000, 1);
  }
}
