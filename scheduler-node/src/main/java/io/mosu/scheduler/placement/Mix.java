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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The tasks that are to be expected, and how scarce they make each model. What is left on a node is
 * worth what these could still use of it.
 *
 * <p>The most frequent tasks until most arrivals are covered, as in <i>Beware of Fragmentation</i>
 * (Weng et al., USENIX ATC 2023), section 4.
 */
public final class Mix {
  private static final double COVERED = 0.9;

  /** Beyond it a model is as scarce as can be. */
  private static final double SCARCITY_MAX = 1.5;

  /** Where nothing has arrived yet: some of each. */
  private static final int[] PRIOR_GPUS = {1, 2, 4, 8};

  private static final int PRIOR_CPU_MILLI = 8_000;

  /** What a task asks that matters for what is left beside it. */
  public record Kind(int gpus, int gpuMilli, SortedSet<String> models, int cpuMilli) {
    /** Of one task. */
    public static Kind of(Shape shape) {
      return new Kind(shape.gpus(), shape.gpuMilli(), shape.models(), shape.cpuMilli());
    }
  }

  /** One of the tasks to be expected. */
  record Typical(Kind kind, double share) {}

  private final List<Typical> typical;
  private final double cpuMilliPerGpu;
  private final double[] leftover;
  private final Map<String, Double> scarcity;
  private final Map<List<String>, Remainder> remainders = new ConcurrentHashMap<>();

  private Mix(List<Typical> typical, double cpuMilliPerGpu, Map<String, Double> scarcity) {
    this.typical = List.copyOf(typical);
    this.cpuMilliPerGpu = cpuMilliPerGpu;
    this.scarcity = new TreeMap<>(scarcity);
    this.leftover = leftover(typical);
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

  /**
   * What stays of a device when tasks come by chance, each taken if it fits, until none fits: by
   * what is left now, in milli.
   */
  private static double[] leftover(List<Typical> typical) {
    TreeMap<Integer, Double> asked = new TreeMap<>();
    for (Typical task : typical) {
      if (task.kind().gpus() > 0) {
        asked.merge(task.kind().gpuMilli(), task.share() * task.kind().gpus(), Double::sum);
      }
    }
    double[] stays = new double[Device.WHOLE_MILLI + 1];
    for (int left = 1; left < stays.length; left++) {
      double weight = 0;
      double sum = 0;
      for (Map.Entry<Integer, Double> task : asked.headMap(left, true).entrySet()) {
        weight += task.getValue();
        sum += task.getValue() * stays[left - task.getKey()];
      }
      stays[left] = weight == 0 ? left : sum / weight;
    }
    return stays;
  }

  private static double cpuMilliPerGpu(List<Typical> typical) {
    double cpuMilli = 0;
    double gpus = 0;
    for (Typical task : typical) {
      if (task.kind().gpus() > 0) {
        cpuMilli += task.share() * task.kind().cpuMilli();
        gpus += task.share() * task.kind().gpus() * task.kind().gpuMilli() / Device.WHOLE_MILLI;
      }
    }
    return gpus == 0 ? 0 : cpuMilli / gpus;
  }

  /**
   * The part of all demand that names a model, by the model's part of all supply; bounded. Scaled
   * by the scarcest one instead, a model with a handful of devices would hide all others.
   */
  private static Map<String, Double> scarcity(
      Map<Kind, Double> arrived, Map<String, Long> supplyMilli) {
    Map<String, Double> named = new HashMap<>();
    double asked = 0;
    for (Map.Entry<Kind, Double> each : arrived.entrySet()) {
      Kind kind = each.getKey();
      double milli = each.getValue() * kind.gpus() * kind.gpuMilli();
      asked += milli;
      for (String model : kind.models()) {
        named.merge(model, milli / kind.models().size(), Double::sum);
      }
    }
    double supply = supplyMilli.values().stream().mapToDouble(Long::doubleValue).sum();
    Map<String, Double> scarcity = new HashMap<>();
    for (Map.Entry<String, Double> model : named.entrySet()) {
      long there = supplyMilli.getOrDefault(model.getKey(), 0L);
      if (there > 0 && asked > 0) {
        scarcity.put(
            model.getKey(), Math.min(SCARCITY_MAX, model.getValue() / asked * supply / there));
      }
    }
    return scarcity;
  }

  /** 0 where no task names {@code model}, 1 where it is as sought as there is of it. */
  double scarcity(String model) {
    return scarcity.getOrDefault(model, 0.0);
  }

  /** What is left of a node with devices of {@code models}, by index, is worth. */
  Remainder remainder(List<String> models) {
    return remainders.computeIfAbsent(
        models, devices -> new Remainder(devices, typical, cpuMilliPerGpu, leftover));
  }
}
