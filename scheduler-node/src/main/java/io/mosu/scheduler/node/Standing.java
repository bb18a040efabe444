// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import java.util.List;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;

/**
 * What of a node is not to be leased though it is free, and which leases are to end for it.
 *
 * @param health of the devices that have shown a sign, by their uuid
 * @param ending how the tasks of those leases end that the node itself ends, by token
 */
public record Standing(PMap<String, DeviceHealth> health, PMap<Long, Exit> ending, Drain drain) {

  public static final Standing SOUND =
      new Standing(HashTreePMap.empty(), HashTreePMap.empty(), Drain.NONE);

  Standing graded(String uuid, DeviceHealth now) {
    boolean blank = now.equals(DeviceHealth.SOUND);
    return new Standing(blank ? health.minus(uuid) : health.plus(uuid, now), ending, drain);
  }

  Standing ending(long token, Exit exit) {
    return new Standing(health, ending.plus(token, exit), drain);
  }

  Standing released(long token) {
    return ending.containsKey(token) ? new Standing(health, ending.minus(token), drain) : this;
  }

  Standing drain(Drain now) {
    return new Standing(health, ending, now);
  }

  Standing rebooted() {
    PMap<String, DeviceHealth> now = health;
    for (String uuid : health.keySet()) {
      now = now.plus(uuid, of(uuid).rebooted());
    }
    return new Standing(now, ending, drain);
  }

  public DeviceHealth of(String uuid) {
    return health.getOrDefault(uuid, DeviceHealth.SOUND);
  }

  /** Devices of {@code inventory} that are not leased for their health, bit by index. */
  long faulty(Inventory inventory) {
    long bits = 0;
    for (Device device : inventory.devices()) {
      bits |= of(device.uuid()).offered() ? 0 : 1L << device.index();
    }
    return bits;
  }

  /** Which devices are out, for people: the first of them, and how many there are. */
  String inWords(Inventory inventory) {
    return inventory.devices().stream()
        .filter(device -> !of(device.uuid()).offered())
        .findFirst()
        .map(
            device ->
                "%d of %d GPUs out; GPU %d %s"
                    .formatted(
                        Long.bitCount(faulty(inventory)),
                        inventory.devices().size(),
                        device.index(),
                        of(device.uuid()).inWords()))
        .orElse("all GPUs are sound");
  }

  /** What of {@code free} is to be leased. */
  Room offered(Room free, Inventory inventory) {
    return drain.begun() ? new Room(0, 0, new int[free.devices()]) : sound(free, inventory);
  }

  /** What of {@code free} is not on a device that is out for its health. */
  Room sound(Room free, Inventory inventory) {
    if (health.values().stream().allMatch(DeviceHealth::offered)) {
      return free;
    }
    List<Device> devices = inventory.devices();
    int[] milli = new int[free.devices()];
    for (int i = 0; i < milli.length; i++) {
      milli[i] = of(devices.get(i).uuid()).offered() ? free.gpuMilli(i) : 0;
    }
    return new Room(free.cpuMilli(), free.memoryMib(), milli);
  }
}
