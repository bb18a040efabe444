// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

/** Gangs that want what others hold: all of them come to run, and soon. */
class GangRoundsTest {
  private static final int NODES = 10;
  private static final int GPUS = 8;
  private static final int ROUNDS = 1_000;

  /** All that is asked in a round, one after the other, and what negotiating may cost. */
  private static final long ROUND_MAX_MS = 60_000;

  @Test
  void twoGangsOfSixtyPercentNeverBlockEachOther() {
    World world = world(4711, 2);
    for (int round = 0; round < ROUNDS; round++) {
      for (TenantId tenant : world.tenants()) {
        world.submit(0, tenant, gang(NODES * 6 / 10, GPUS, 10), -1);
      }
      runRound(world, round);
    }
    endsClean(world);
  }

  @Test
  void tenTenantsAtRandomNeverBlockEachOther() {
    SplittableRandom random = new SplittableRandom(42);
    World world = world(42, 10);
    for (int round = 0; round < ROUNDS / 10; round++) {
      for (TenantId tenant : world.tenants()) {
        JobSpec gang =
            gang(1 + random.nextInt(NODES), 1 + random.nextInt(GPUS), random.nextInt(1_000));
        world.submit(random.nextInt(50), tenant, gang, -1);
      }
      runRound(world, round);
    }
    endsClean(world);
  }

  private static void endsClean(World world) {
    runUntil(world, world.nowMs() + 5_000, 0); // what was said last is heard
    world.settle(0);
  }

  private static World world(long seed, int tenants) {
    World world = new World(WorldSettings.calm(), seed, Cast.SHIPPED, false);
    for (int i = 0; i < NODES; i++) {
      NodeId node = new NodeId("node-" + i);
      List<Device> devices = new ArrayList<>();
      IntStream.range(0, GPUS).forEach(d -> devices.add(new Device(d, "H100", 1, node + "-" + d)));
      world.addNode(node, new Inventory("s", "s", "", 96_000, 1_000_000, devices, false));
    }
    IntStream.range(0, tenants).forEach(i -> world.addTenant(new TenantId("tenant-" + i)));
    runUntil(world, world.nowMs() + 5_000, 0);
    return world;
  }

  private static JobSpec gang(int nodes, int gpus, long ms) {
    Shape shape = new Shape(gpus, Device.WHOLE_MILLI, Collections.emptySortedSet(), 1_000, 1);
    TaskSpec task = new TaskSpec(List.of("run", Long.toString(ms), "0"), new TreeMap<>());
    return new JobSpec("gang", "", nodes, shape, 0, 0, task);
  }

  private static void runRound(World world, int round) {
    long number = round + 1L;
    runUntil(world, world.nowMs() + ROUND_MAX_MS, number);
    for (TenantId tenant : world.tenants()) {
      Job job = Objects.requireNonNull(world.ledger(tenant).job(number));
      assertThat(job.state()).as("%s in round %d", tenant, round).isEqualTo(JobState.COMPLETED);
    }
  }

  /** Until each tenant's job of that number is over, at most until then. */
  private static void runUntil(World world, long untilMs, long number) {
    boolean more = true;
    while (more && world.nowMs() < untilMs && !(number > 0 && over(world, number))) {
      more = world.step();
    }
  }

  private static boolean over(World world, long number) {
    for (TenantId tenant : world.tenants()) {
      Job job = world.ledger(tenant).job(number);
      if (job == null || !job.state().terminal()) {
        return false;
      }
    }
    return true;
  }
}
