// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Room;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * What of a room the expected tasks could not use: the fragmentation of <i>Beware of
 * Fragmentation</i> (USENIX ATC 2023, section 4), the devices that are left without cores, and what
 * stays of each device when it is filled with what comes; less what they can use, the less so the
 * fewer cores are left beside it.
 */
final class Remainder {
  // weights of the parts, by a search over all of openb's pod files at once
  private static final double CORELESS = 2.4;
  private static final double LEFTOVER = 2.5;
  private static final double USABLE = 0.24;

  /** How soon a lack of cores is felt. */
  private static final double STEEP = 2.5;

  private static final int KNOWN_MAX = 10_000;

  private final int kinds;
  private final int[] gpus;
  private final int[] gpuMilli;
  private final int[] cpuMilli;
  private final double[] share;

  /** Bit by device, whether its model will do. */
  private final long[] suited;

  /** By what is left of a device, what of that nobody will use in the end, in the mean. */
  private final double[] leftover;

  /** What was asked before: many nodes are alike, and one is looked at for many shapes. */
  private final Map<Room, Double> known = new ConcurrentHashMap<>();

  private final double never;
  private final double cpuMilliPerGpu;

  Remainder(
      List<String> models, List<Mix.Typical> typical, double cpuMilliPerGpu, double[] leftover) {
    this.cpuMilliPerGpu = cpuMilliPerGpu;
    this.leftover = leftover;
    this.gpus = new int[typical.size()];
    this.gpuMilli = new int[typical.size()];
    this.cpuMilli = new int[typical.size()];
    this.share = new double[typical.size()];
    this.suited = new long[typical.size()];
    double unfit = 0;
    int n = 0;
    for (Mix.Typical task : typical) {
      Mix.Kind kind = task.kind();
      long suits = suits(kind, models);
      if (kind.gpus() == 0 || Long.bitCount(suits) < kind.gpus()) {
        unfit += task.share();
        continue;
      }
      gpus[n] = kind.gpus();
      gpuMilli[n] = kind.gpuMilli();
      cpuMilli[n] = kind.cpuMilli();
      share[n] = task.share();
      suited[n] = suits;
      n++;
    }
    this.kinds = n;
    this.never = unfit;
  }

  private static long suits(Mix.Kind kind, List<String> models) {
    long suits = 0;
    for (int i = 0; i < models.size(); i++) {
      if (kind.models().isEmpty() || kind.models().contains(models.get(i))) {
        suits |= 1L << i;
      }
    }
    return suits;
  }

  /** The lower, the more of {@code room} the expected tasks can use; 0 if nothing is left. */
  double lost(Room room) {
    Double before = known.get(room);
    if (before != null) {
      return before;
    }
    if (known.size() >= KNOWN_MAX) {
      known.clear();
    }
    double lost = of(room);
    known.put(room, lost);
    return lost;
  }

  private double of(Room room) {
    long left = room.gpuMilliFree();
    if (left == 0) {
      return 0;
    }
    double lost = never * left;
    for (int i = 0; i < kinds; i++) {
      lost += share[i] * (cpuMilli[i] > room.cpuMilli() ? left : of(room, i, left));
    }
    for (int device = 0; device < room.devices(); device++) {
      lost += LEFTOVER * leftover[room.gpuMilli(device)];
    }
    double coreless =
        cpuMilliPerGpu == 0
            ? 0
            : left - (double) Device.WHOLE_MILLI * room.cpuMilli() / cpuMilliPerGpu;
    return lost + CORELESS * Math.max(0, coreless);
  }

  /** What of {@code left} tasks of that kind lose, less what they may use and have cores for. */
  private double of(Room room, int kind, long left) {
    int able = 0;
    long small = 0;
    for (int device = 0; device < room.devices(); device++) {
      int milli = room.gpuMilli(device);
      if ((suited[kind] >>> device & 1) == 1 && milli >= gpuMilli[kind]) {
        able++;
      } else {
        small += milli;
      }
    }
    if (able < gpus[kind]) {
      return left;
    }
    double fit = left - small;
    double cores = fit * cpuMilli[kind] / ((double) gpus[kind] * gpuMilli[kind]);
    double used = cores == 0 ? 1 : 1 - Math.exp(-STEEP * room.cpuMilli() / cores);
    return small - USABLE * fit * used;
  }
}
