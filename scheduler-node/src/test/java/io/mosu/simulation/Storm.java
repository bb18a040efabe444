// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import static io.mosu.testing.Specimens.h100s;

import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.TenantQuery;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** A small cluster with work, drawn from a seed. */
final class Storm {

  static final long SETTLE_MS = 1_800_000;

  private Storm() {}

  static World world(WorldSettings settings, long seed, Cast cast, boolean told) {
    World world = new World(settings, seed, cast, told);
    SplittableRandom random = new SplittableRandom(~seed);
    int nodes = 2 + random.nextInt(4);
    int biggest = 2;
    for (int i = 1; i <= nodes; i++) {
      int gpus = i == 1 ? 8 : 1 << random.nextInt(4);
      biggest = Math.max(biggest, gpus);
      world.addNode(new NodeId("n" + i), h100s(gpus));
    }
    int tenants = 1 + random.nextInt(3);
    for (int i = 1; i <= tenants; i++) {
      world.addTenant(new TenantId("t" + i));
    }
    SplittableRandom shares = new SplittableRandom(seed + 1); // what follows stays as it was
    for (int i = 1; i <= tenants && shares.nextInt(3) > 0; i++) {
      long guaranteed = 1_000L * shares.nextInt(9);
      long limit = shares.nextInt(4) > 0 ? Quota.NONE.limitMilli() : Math.max(8_000, guaranteed);
      world.quota(new TenantId("t" + i), new Quota(guaranteed, limit, 1 + shares.nextInt(3)));
    }
    int jobs = 6 + random.nextInt(10);
    SplittableRandom times = new SplittableRandom(seed + 4);
    SplittableRandom others = new SplittableRandom(seed + 3);
    for (int i = 0; i < jobs; i++) {
      world.submit(
          random.nextLong(60_000),
          new TenantId("t" + (1 + random.nextInt(tenants))),
          within(job(random, nodes), times),
          random.nextInt(5) == 0 ? random.nextLong(20_000) : -1,
          wishes(others, i));
    }
    SplittableRandom owners = new SplittableRandom(seed + 2); // what was drawn before stays
    for (int nth = 0; nth < jobs; nth++) {
      long atMs = owners.nextLong(60_000);
      int priority = owners.nextInt(-3, 4);
      switch (owners.nextInt(8)) {
        case 0 -> {
          world.steer(atMs, nth, TenantQuery.Hold::new);
          world.steer(atMs + owners.nextLong(30_000), nth, TenantQuery.Release::new);
        }
        case 1 -> world.steer(atMs, nth, number -> new TenantQuery.Prioritise(number, priority));
        case 2 -> world.steer(atMs, nth, TenantQuery.Requeue::new);
        default -> {}
      }
    }
    return world;
  }

  private static JobSpec within(JobSpec job, SplittableRandom random) {
    long nowMs = Scene.WALL_START_MS;
    long begin = random.nextInt(6) == 0 ? nowMs + random.nextLong(120_000) : 0;
    long deadline = random.nextInt(6) == 0 ? nowMs + random.nextLong(200_000) : 0;
    return job.under(Conditions.NONE.within(begin, deadline));
  }

  private static List<Client.Wish> wishes(SplittableRandom random, int jobs) {
    if (jobs == 0 || random.nextInt(3) > 0) {
      return List.of();
    }
    Dependency.Kind[] kinds = Dependency.Kind.values();
    return IntStream.range(0, 1 + random.nextInt(2))
        .mapToObj(i -> new Client.Wish(kinds[random.nextInt(kinds.length)], random.nextInt(jobs)))
        .toList();
  }

  private static JobSpec job(SplittableRandom random, int nodes) {
    int gang = random.nextInt(3) == 0 ? 2 + random.nextInt(nodes - 1) : 1;
    int gpus = gang > 1 ? 1 : 1 << random.nextInt(4);
    boolean share = random.nextInt(5) == 0;
    Shape shape =
        new Shape(
            share ? 1 : gpus,
            share ? 100 * (1 + random.nextInt(9)) : 1000,
            new TreeSet<>(),
            1_000,
            1_000);
    String runMs = Long.toString(10 + random.nextLong(random.nextBoolean() ? 2_000 : 80_000));
    String code = random.nextInt(5) == 0 ? "3" : "0";
    return new JobSpec(
        "job",
        "project",
        gang,
        shape,
        random.nextInt(3),
        random.nextInt(2),
        new TaskSpec(List.of("run", runMs, code), new TreeMap<>()));
  }
}
