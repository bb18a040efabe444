// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.util.List;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.IntStream;

/** Small values that many tests need. */
public final class Specimens {

  public static final NodeId N1 = new NodeId("n1");
  public static final NodeId N2 = new NodeId("n2");
  public static final TenantId ACME = new TenantId("acme");
  public static final TaskSpec TRAIN = new TaskSpec(List.of("train"), new TreeMap<>());

  private Specimens() {}

  /** Wall time starts at 1,000,000 ms. */
  public static Moment at(long tickMs) {
    return new Moment(1_000_000 + tickMs, tickMs);
  }

  public static Inventory host(int gpus, String model) {
    return new Inventory(
        "supplier",
        "site",
        "10.0.0.1",
        64_000,
        512_000,
        IntStream.range(0, gpus).mapToObj(i -> new Device(i, model, 80_000, "gpu-" + i)).toList(),
        true);
  }

  public static Inventory h100s(int gpus) {
    return host(gpus, "H100");
  }

  public static Shape gpus(int count, String... models) {
    return new Shape(count, count == 0 ? 0 : 1000, new TreeSet<>(List.of(models)), 1_000, 1_000);
  }

  public static Shape share(int milli) {
    return new Shape(1, milli, new TreeSet<>(), 1_000, 1_000);
  }

  public static JobSpec gang(int nodes, int gpus) {
    return new JobSpec("job", "project", nodes, gpus(gpus), 0, 0, TRAIN);
  }

  public static JobId job(long number) {
    return new JobId(ACME, number);
  }

  /** Lower numbers go first. */
  public static Rank rank(long number) {
    return new Rank(0, number, job(number));
  }

  public static NegotiationId negotiation(long number) {
    return new NegotiationId("acme-" + number + "/1." + number);
  }
}
