// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Arrays;

/** What a node has left. A value: {@link #minus} and {@link #plus} give new ones. */
public final class Room {
  private final int cpuMilli;
  private final int memoryMib;
  private final int[] gpuMilli;

  public Room(int cpuMilli, int memoryMib, int... gpuMilli) {
    this.cpuMilli = cpuMilli;
    this.memoryMib = memoryMib;
    this.gpuMilli = gpuMilli.clone();
  }

  /** All of {@code inventory}. */
  public static Room all(Inventory inventory) {
    int[] whole = new int[inventory.devices().size()];
    Arrays.fill(whole, Device.WHOLE_MILLI);
    return new Room(inventory.cpuMilli(), inventory.memoryMib(), whole);
  }

  public int cpuMilli() {
    return cpuMilli;
  }

  public int memoryMib() {
    return memoryMib;
  }

  public int devices() {
    return gpuMilli.length;
  }

  /** Thousandths left of device {@code index}. */
  public int gpuMilli(int index) {
    return gpuMilli[index];
  }

  public int wholeFree() {
    int free = 0;
    for (int milli : gpuMilli) {
      free += milli == Device.WHOLE_MILLI ? 1 : 0;
    }
    return free;
  }

  public long gpuMilliFree() {
    long free = 0;
    for (int milli : gpuMilli) {
      free += milli;
    }
    return free;
  }

  public Room minus(Grant grant) {
    return changed(grant, -1);
  }

  public Room plus(Grant grant) {
    return changed(grant, 1);
  }

  /** Whether no part is below zero, so that it can be what is left of something. */
  public boolean valid() {
    boolean valid = cpuMilli >= 0 && memoryMib >= 0;
    for (int milli : gpuMilli) {
      valid &= milli >= 0 && milli <= Device.WHOLE_MILLI;
    }
    return valid;
  }

  private Room changed(Grant grant, int sign) {
    int[] milli = gpuMilli.clone();
    for (int device : grant.devices()) {
      milli[device] += sign * grant.gpuMilli();
    }
    return new Room(
        cpuMilli + sign * grant.cpuMilli(), memoryMib + sign * grant.memoryMib(), milli);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Room room
        && cpuMilli == room.cpuMilli
        && memoryMib == room.memoryMib
        && Arrays.equals(gpuMilli, room.gpuMilli);
  }

  @Override
  public int hashCode() {
    return 31 * (31 * cpuMilli + memoryMib) + Arrays.hashCode(gpuMilli);
  }

  @Override
  public String toString() {
    return "Room[cpuMilli=%d, memoryMib=%d, gpuMilli=%s]"
        .formatted(cpuMilli, memoryMib, Arrays.toString(gpuMilli));
  }
}
