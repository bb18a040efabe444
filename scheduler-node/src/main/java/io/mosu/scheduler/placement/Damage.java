// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;

/**
 * What a placement spoils on a node: best fit, in GPU milli that stay behind. Boards rank with it
 * and nodes propose with it, so that both mean the same.
 */
public final class Damage {
  /** An idle device beside the task spoils more than a broken-in one: keep idle hosts whole. */
  private static final double IDLE_DEVICE = 0.25;

  private Damage() {}

  /**
   * The damage of {@code grant} on a node with {@code room} left before it; at least 0, lower is
   * better. A task without devices counts every free device of the node as spoilt, because it takes
   * the cores that those need.
   */
  public static double of(Inventory inventory, Room room, Grant grant) {
    Room after = room.minus(grant);
    double left = after.gpuMilliFree() + IDLE_DEVICE * Device.WHOLE_MILLI * after.wholeFree();
    if (grant.devices().isEmpty()) {
      left *= 2;
    }
    double deviceRest = 0;
    for (int device : grant.devices()) {
      deviceRest += after.gpuMilli(device);
    }
    double cores = inventory.cpuMilli() == 0 ? 0 : (double) after.cpuMilli() / inventory.cpuMilli();
    return left + deviceRest + cores;
  }
}
