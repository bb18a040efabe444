// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.placement.Choice;
import io.mosu.scheduler.placement.Fit;
import io.mosu.scheduler.placement.Mix;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.SplittableRandom;

/** Other schedulers' ways to choose of all nodes that fit, each one loop over them. */
enum PeerPolicy {
  /** Any node that fits. */
  RANDOM,
  /** The first in order. */
  FIRST_FIT,
  /** The least left of what the task asks, cores and GPUs weighed alike. */
  BEST_FIT,
  /** The least growth of fragmentation, as its authors' scheduler rounds and breaks ties. */
  FGD,
  /** Mosu's rule over all nodes, told the mix beforehand: what learning and asking a few cost. */
  RULE_TOLD_ALL;

  /** Runs all arrivals. */
  AllocationCurve run(Openb cluster, List<Shape> arrivals, long seed) {
    List<Openb.Host> hosts = cluster.hosts();
    Room[] rooms = hosts.stream().map(host -> Room.all(host.inventory())).toArray(Room[]::new);
    SplittableRandom random = new SplittableRandom(seed);
    Fragments fragments = this == FGD ? new Fragments(cluster) : null;
    Mix mix = mix(cluster);
    AllocationCurve curve = new AllocationCurve(cluster.capacityMilli());
    for (Shape shape : arrivals) {
      if (curve.over()) {
        break;
      }
      int best = -1;
      Grant taken = null;
      double lowest = Double.MAX_VALUE;
      int fitting = 0;
      for (int i = 0; i < rooms.length; i++) {
        Inventory inventory = hosts.get(i).inventory();
        Optional<Grant> plain = Fit.grant(inventory, rooms[i], shape);
        if (plain.isEmpty()) {
          continue;
        }
        fitting++;
        Grant grant = plain.get();
        double score =
            switch (this) {
              case RANDOM -> random.nextInt(fitting) == 0 ? -fitting : Double.MAX_VALUE;
              case FIRST_FIT -> i;
              case BEST_FIT -> left(inventory, rooms[i].minus(grant));
              case FGD -> 0;
              case RULE_TOLD_ALL ->
                  Choice.best(inventory, rooms[i], shape, mix).orElseThrow().damage();
            };
        if (fragments != null) {
          Fragments.Best chosen = fragments.best(inventory, rooms[i], shape);
          grant = chosen.grant();
          score = -chosen.score();
        } else if (this == RULE_TOLD_ALL) {
          grant = Choice.best(inventory, rooms[i], shape, mix).orElseThrow().grant();
        }
        if (score < lowest) {
          lowest = score;
          best = i;
          taken = grant;
        }
        if (this == FIRST_FIT) {
          break;
        }
      }
      if (taken != null) {
        rooms[best] = rooms[best].minus(taken);
      }
      curve.step(shape, taken != null);
    }
    return curve;
  }

  private static Mix mix(Openb cluster) {
    Map<Mix.Kind, Double> arrived = new HashMap<>();
    Map<String, Long> supply = new HashMap<>();
    cluster.pods().forEach(pod -> arrived.merge(Mix.Kind.of(pod.shape()), 1.0, Double::sum));
    for (Openb.Host host : cluster.hosts()) {
      host.inventory()
          .devices()
          .forEach(device -> supply.merge(device.model(), (long) Device.WHOLE_MILLI, Long::sum));
    }
    return Mix.of(arrived, supply);
  }

  private static double left(Inventory inventory, Room after) {
    double cores = (double) after.cpuMilli() / Math.max(1, inventory.cpuMilli());
    double gpus =
        (double) after.gpuMilliFree()
            / Math.max(1, inventory.devices().size() * Device.WHOLE_MILLI);
    return cores + gpus;
  }

  /**
   * FGD's score, from the paper's section 4 and its artifact's rounding; not by our own rule's
   * parts, which it is measured against.
   */
  private static final class Fragments {
    private static final double COVERED = 0.95;
    private static final double STEP = 1_000;

    record Best(Grant grant, double score) {}

    private record Typical(Shape shape, double share) {}

    private final List<Typical> typical = new ArrayList<>();

    Fragments(Openb cluster) {
      Map<Shape, Integer> counts = new HashMap<>();
      for (Openb.Pod pod : cluster.pods()) {
        Shape s = pod.shape();
        counts.merge(
            new Shape(s.gpus(), s.gpuMilli(), s.models(), s.cpuMilli(), 0), 1, Integer::sum);
      }
      List<Map.Entry<Shape, Integer>> order = new ArrayList<>(counts.entrySet());
      order.sort(
          Map.Entry.<Shape, Integer>comparingByValue()
              .reversed()
              .thenComparing(entry -> entry.getKey().toString()));
      int sum = 0;
      List<Map.Entry<Shape, Integer>> covered = new ArrayList<>();
      for (Map.Entry<Shape, Integer> entry : order) {
        if (sum >= COVERED * cluster.pods().size()) {
          break;
        }
        covered.add(entry);
        sum += entry.getValue();
      }
      for (Map.Entry<Shape, Integer> entry : covered) {
        typical.add(new Typical(entry.getKey(), (double) entry.getValue() / sum));
      }
    }

    Best best(Inventory inventory, Room room, Shape shape) {
      double before = fragments(inventory, room);
      Grant grant = null;
      double score = -1;
      for (Grant each : candidates(inventory, room, shape)) {
        double growth = fragments(inventory, room.minus(each)) - before;
        double rated = Math.floor(100 / (1 + Math.exp(growth / STEP)));
        if (grant == null || rated > score) {
          grant = each;
          score = rated;
        }
      }
      return new Best(Objects.requireNonNull(grant), score);
    }

    private static List<Grant> candidates(Inventory inventory, Room room, Shape shape) {
      if (shape.gpus() != 1 || shape.gpuMilli() == Device.WHOLE_MILLI) {
        return List.of(Fit.grant(inventory, room, shape).orElseThrow());
      }
      List<Grant> grants = new ArrayList<>();
      for (int i = 0; i < room.devices(); i++) {
        if (room.gpuMilli(i) >= shape.gpuMilli()) {
          grants.add(new Grant(List.of(i), shape.gpuMilli(), shape.cpuMilli(), shape.memoryMib()));
        }
      }
      return grants;
    }

    private double fragments(Inventory inventory, Room room) {
      double lost = 0;
      long left = room.gpuMilliFree();
      for (Typical task : typical) {
        Shape shape = task.shape();
        boolean runs =
            shape.gpus() > 0
                && room.cpuMilli() >= shape.cpuMilli()
                && (shape.models().isEmpty() || shape.models().contains(inventory.model()));
        int able = 0;
        long small = 0;
        for (int i = 0; runs && i < room.devices(); i++) {
          if (room.gpuMilli(i) >= shape.gpuMilli()) {
            able++;
          } else {
            small += room.gpuMilli(i);
          }
        }
        lost += task.share() * (runs && able >= shape.gpus() ? small : left);
      }
      return lost;
    }
  }
}
