// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import java.util.List;
import java.util.Optional;

/**
 * The devices of a node that suit a task best, and what taking them spoils. Boards rank with it and
 * nodes propose with it, so that both mean the same.
 *
 * @param damage GPU milli lost to the tasks that are expected, in steps of {@link #STEP}, and for
 *     tasks that name no model what taking a scarce one costs those that do; lower is better, below
 *     zero where something fits that would be lost otherwise
 */
public record Choice(Grant grant, double damage) {
  /** Finer differences say nothing, and equal nodes are taken in one order. */
  private static final double STEP = 28;

  private static final double SCARCE = 2.5;

  /** Of two equal ones that which leaves fewer whole devices, to keep idle nodes whole. */
  private static final double IDLE = 0.1;

  /** Beyond so many each weighs less. */
  private static final int IDLE_FULL = 9;

  /** The best of what {@code shape} may get of {@code room}; empty if it does not fit. */
  public static Optional<Choice> best(Inventory inventory, Room room, Shape shape, Mix mix) {
    Optional<Grant> plain = Fit.grant(inventory, room, shape);
    if (plain.isEmpty()) {
      return Optional.empty();
    }
    List<String> models = inventory.devices().stream().map(Device::model).toList();
    Remainder remainder = mix.remainder(models);
    double before = remainder.lost(room);
    Grant grant = plain.get();
    double after = remainder.lost(room.minus(grant));
    if (shape.gpuMilli() > 0 && shape.gpuMilli() < Device.WHOLE_MILLI) {
      for (Grant other : Fit.shares(inventory, room, shape)) { // the tightest first
        double lost = remainder.lost(room.minus(other));
        if (lost < after) {
          grant = other;
          after = lost;
        }
      }
    }
    double damage = Math.rint((after - before) / STEP);
    if (shape.models().isEmpty() && shape.gpus() > 0) {
      double scarcity = mix.scarcity(models.get(grant.devices().get(0)));
      damage += Math.rint(SCARCE * scarcity * shape.totalGpuMilli() / STEP);
    }
    return Optional.of(new Choice(grant, damage + idle(room.minus(grant).wholeFree())));
  }

  /** Below one step for as many devices as a node may have. */
  private static double idle(int whole) {
    return IDLE * Math.min(whole, IDLE_FULL) + IDLE / 100 * Math.max(0, whole - IDLE_FULL);
  }
}
