// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.LongStream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Whole clusters under every fault at once. {@code -Dseeds=100000} tries more of them, {@code
 * -Dseed=4711} one alone; a world that fails tells what happened in it.
 */
class FaultSimulationTest {

  private static final long SEEDS = 1_000;
  private static final int LINES_TOLD = 400;
  private static final Map<String, Long> COUNTS = new TreeMap<>();
  private static long worlds;

  static LongStream seeds() {
    Long one = Long.getLong("seed");
    return one != null ? LongStream.of(one) : LongStream.range(0, Long.getLong("seeds", SEEDS));
  }

  @ParameterizedTest(name = "seed {0}")
  @MethodSource("seeds")
  void invariantsHoldThroughAllFaultsAndNothingIsLeftOver(long seed) {
    World world = Storm.world(WorldSettings.stormy(), seed, Cast.SHIPPED, false);
    try {
      world.settle(Storm.SETTLE_MS);
    } catch (RuntimeException e) {
      throw new AssertionError(story(seed), e);
    }
    world.chronicle().counts().forEach((what, n) -> COUNTS.merge(what, n, Long::sum));
    worlds++;
  }

  @AfterAll
  static void faultsReallyHappened() {
    if (worlds < 100) {
      return;
    }
    for (String kind : Faults.kinds()) {
      assertThat(COUNTS).as("faults of " + worlds + " worlds").containsKey(kind);
    }
    assertThat(COUNTS)
        .containsKeys(
            "lost",
            "doubled",
            "late",
            "cut off",
            "frame lost",
            "twin",
            "write refused to a twin",
            "crash amid effects",
            "agent crash amid effects",
            "ended by the supervisor",
            "order of an old epoch refused",
            "declined WOUNDED",
            "declined HELD",
            "declined HOLD_GONE",
            "declined RECLAIMING",
            "declined RESERVING",
            "declined RESERVED",
            "preempted",
            "put on hold",
            "depends",
            "never started",
            "too late",
            "requeued",
            "steered",
            "cancelled",
            "process");
    assertThat(COUNTS.get("process")).isGreaterThan(5 * worlds);
  }

  @Test
  void sameSeedIsTheSameWorld() {
    assertThat(lines(7)).isEqualTo(lines(7)).isNotEmpty();
  }

  @Test
  void calmWorldLosesNothing() {
    World world = Storm.world(WorldSettings.calm(), 1, Cast.SHIPPED, false);
    world.settle(Storm.SETTLE_MS);
    assertThat(world.chronicle().counts())
        .containsKey("process")
        .doesNotContainKeys("lost", "twin", "node crash", "ended by the supervisor");
  }

  private static List<String> lines(long seed) {
    World world = Storm.world(WorldSettings.stormy(), seed, Cast.SHIPPED, true);
    world.settle(Storm.SETTLE_MS);
    return world.chronicle().lines();
  }

  /** Runs the world once more, to tell what happened before it failed. */
  private static String story(long seed) {
    World world = Storm.world(WorldSettings.stormy(), seed, Cast.SHIPPED, true);
    String how = "but it does not fail again";
    try {
      world.settle(Storm.SETTLE_MS);
    } catch (RuntimeException e) {
      how = e.toString();
    }
    List<String> lines = world.chronicle().lines();
    return "seed %d: %s%n%s"
        .formatted(
            seed,
            how,
            String.join(
                System.lineSeparator(),
                lines.subList(Math.max(0, lines.size() - LINES_TOLD), lines.size())));
  }
}
