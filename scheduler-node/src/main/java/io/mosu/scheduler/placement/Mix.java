// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Shape;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.SortedSet;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tasks that are to be expected, and how scarce they make each model. What is left on a node is
 * worth what these could still use of it.
 *
 * <p>The most frequent tasks until most arrivals are covered, as in <i>Beware of Fragmentation</i>
 * (Weng et al., USENIX ATC 2023), section 4.
 */
public final class Mix {
  private static final double COVERED = 0.95;

  /** Where nothing has arrived yet: some of each. */
  private static final int[] PRIOR_GPUS = {1, 2, 4, 8};

  private static final int PRIOR_CPU_MILLI = 8_000;

  /** What a task asks that matters for what is left beside it. */
  public record Kind(int gpus, int gpuMilli, SortedSet<String> models, int cpuMilli) {
    static Kind of(Shape shape) {
      return new Kind(shape.gpus(), shape.gpuMilli(), shape.models(), shape.cpuMilli());
    }
  }

  /** One of the tasks to be expected. */
  record Typical(Kind kind, double share) {}

  private final List<Typical> typical;
  private final double cpuMilliPerGpu;
  private final Map<String, Double> scarcity;
  private final Map<List<String>, Remainder> remainders = new ConcurrentHashMap<>();

  private Mix(List<Typical> typical, double cpuMilliPerGpu, Map<String, Double> scarcity) {
    this.typical = List.copyOf(typical);
    this.cpuMilliPerGpu = cpuMilliPerGpu;
    this.scarcity = Map.copyOf(scarcity);
  }

  /** Of a cluster that has seen no task. */
  public static Mix prior() {
    Map<Kind, Double> some = new HashMap<>();
    SortedSet<String> any = Collections.emptySortedSet();
    for (int gpus : PRIOR_GPUS) {
      some.put(new Kind(gpus, Device.WHOLE_MILLI, any, gpus * PRIOR_CPU_MILLI), 1.0);
    }
    some.put(new Kind(1, Device.WHOLE_MILLI / 2, any, PRIOR_CPU_MILLI / 2), 1.0);
    return of(some, Map.of());
  }

  /**
   * The mix that arrivals show.
   *
   * @param arrived how much of each kind came; not empty
   * @param supplyMilli GPU milli of each model that there are
   */
  public static Mix of(Map<Kind, Double> arrived, Map<String, Long> supplyMilli) {
    List<Map.Entry<Kind, Double>> kinds = new ArrayList<>(arrived.entrySet());
    kinds.sort(
        Map.Entry.<Kind, Double>comparingByValue(Comparator.reverseOrder())
            .thenComparing(kind -> kind.getKey().toString())); // the same everywhere
    double all = kinds.stream().mapToDouble(Map.Entry::getValue).sum();
    List<Map.Entry<Kind, Double>> covered = new ArrayList<>();
    double sum = 0;
    for (Map.Entry<Kind, Double> kind : kinds) {
      if (sum >= COVERED * all) {
        break;
      }
      covered.add(kind);
      sum += kind.getValue();
    }
    double whole = sum;
    List<Typical> typical =
        covered.stream().map(kind -> new Typical(kind.getKey(), kind.getValue() / whole)).toList();
    return new Mix(typical, cpuMilliPerGpu(typical), scarcity(arrived, supplyMilli));
  }

  private static double cpuMilliPerGpu(List<Typical> typical) {
    double perGpu = 0;
    double shares = 0;
    for (Typical task : typical) {
      double gpus = (double) task.kind().gpus() * task.kind().gpuMilli() / Device.WHOLE_MILLI;
      if (gpus > 0) {
        perGpu += task.share() * task.kind().cpuMilli() / gpus;
        shares += task.share();
      }
    }
    return shares == 0 ? 0 : perGpu / shares;
  }

  /** What tasks that name a model ask of it, by what there is of it; 1 for the scarcest. */
  private static Map<String, Double> scarcity(
      Map<Kind, Double> arrived, Map<String, Long> supplyMilli) {
    Map<String, Double> asked = new HashMap<>();
    arrived.forEach(
        (kind, times) -> {
          for (String model : kind.models()) {
            double milli = times * kind.gpus() * kind.gpuMilli() / kind.models().size();
            asked.merge(model, milli, Double::sum);
          }
        });
    Map<String, Double> scarcity = new HashMap<>();
    asked.forEach(
        (model, milli) -> {
          long supply = supplyMilli.getOrDefault(model, 0L);
          if (supply > 0) {
            scarcity.put(model, milli / supply);
          }
        });
    double most = scarcity.values().stream().mapToDouble(Double::doubleValue).max().orElse(1);
    scarcity.replaceAll((model, value) -> most > 0 ? value / most : 0);
    return scarcity;
  }

  /** From 0, where no task names {@code model}, to 1 for the scarcest. */
  double scarcity(String model) {
    return scarcity.getOrDefault(model, 0.0);
  }

  /** What is left of a node with devices of {@code models}, by index, is worth. */
  Remainder remainder(List<String> models) {
    return remainders.computeIfAbsent(
        models, devices -> new Remainder(devices, typical, cpuMilliPerGpu));
  }
}
