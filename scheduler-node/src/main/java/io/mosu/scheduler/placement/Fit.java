// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;

/** Whether a shape fits a node, and on which devices. */
public final class Fit {
  private Fit() {}

  /** Whether {@code shape} would fit if nothing else ran there. */
  public static boolean everFits(Inventory inventory, Shape shape) {
    return grant(inventory, Room.all(inventory), shape).isPresent();
  }

  /**
   * The devices that {@code shape} would get of {@code room}; empty if it does not fit. A share
   * goes to the tightest device that takes it, whole devices go by index.
   */
  public static Optional<Grant> grant(Inventory inventory, Room room, Shape shape) {
    if (room.cpuMilli() < shape.cpuMilli()
        || room.memoryMib() < shape.memoryMib()
        || lacksContainers(inventory, shape)) {
      return Optional.empty();
    }
    List<Integer> devices = new ArrayList<>(shape.gpus());
    if (shape.gpuMilli() == Device.WHOLE_MILLI) {
      for (int i = 0; i < room.devices() && devices.size() < shape.gpus(); i++) {
        if (room.gpuMilli(i) == Device.WHOLE_MILLI && modelFits(inventory, i, shape)) {
          devices.add(i);
        }
      }
    } else if (shape.gpuMilli() > 0) {
      return shares(inventory, room, shape).stream().findFirst();
    }
    return devices.size() < shape.gpus()
        ? Optional.empty()
        : Optional.of(new Grant(devices, shape.gpuMilli(), shape.cpuMilli(), shape.memoryMib()));
  }

  /**
   * The part of {@code shape} that is in {@code room} already, which is to be kept until the rest
   * comes free.
   */
  public static Grant part(Inventory inventory, Room room, Shape shape) {
    Optional<Grant> all = grant(inventory, room, shape);
    if (all.isPresent()) {
      return all.get();
    }
    int cpuMilli = Math.max(0, Math.min(room.cpuMilli(), shape.cpuMilli()));
    int memoryMib = Math.max(0, Math.min(room.memoryMib(), shape.memoryMib()));
    List<Integer> devices = new ArrayList<>(shape.gpus());
    int milli = shape.gpuMilli();
    for (int i = 0; i < room.devices() && devices.size() < shape.gpus(); i++) {
      if (room.gpuMilli(i) >= milli && modelFits(inventory, i, shape)) {
        devices.add(i);
      }
    }
    return new Grant(devices, devices.isEmpty() ? 0 : milli, cpuMilli, memoryMib);
  }

  /**
   * The shares of a device that a shape which asks for one, and fits otherwise, may get: the
   * tightest device first, and of devices with as much left the first one.
   */
  static List<Grant> shares(Inventory inventory, Room room, Shape shape) {
    TreeMap<Integer, Grant> byLeft = new TreeMap<>();
    for (int i = 0; i < room.devices(); i++) {
      if (room.gpuMilli(i) >= shape.gpuMilli() && modelFits(inventory, i, shape)) {
        byLeft.putIfAbsent(
            room.gpuMilli(i),
            new Grant(List.of(i), shape.gpuMilli(), shape.cpuMilli(), shape.memoryMib()));
      }
    }
    return List.copyOf(byLeft.values());
  }

  /** Why {@code shape} does not fit {@code room}: the reason in general. */
  public static Refusal reason(Inventory inventory, Shape shape) {
    if (lacksContainers(inventory, shape)) {
      return Refusal.NO_CONTAINERS;
    }
    for (int i = 0; i < inventory.devices().size(); i++) {
      if (modelFits(inventory, i, shape)) {
        return Refusal.NO_CAPACITY;
      }
    }
    return shape.gpus() > 0 && !inventory.devices().isEmpty() && !shape.models().isEmpty()
        ? Refusal.MODEL_MISMATCH
        : Refusal.NO_CAPACITY;
  }

  /** Why {@code shape} does not fit {@code room}: the numbers. */
  public static String shortage(Inventory inventory, Room room, Shape shape) {
    if (lacksContainers(inventory, shape)) {
      return "has no container engine";
    }
    if (room.cpuMilli() < shape.cpuMilli()) {
      return "%d of %d milli-CPU free, %d asked"
          .formatted(room.cpuMilli(), inventory.cpuMilli(), shape.cpuMilli());
    }
    if (room.memoryMib() < shape.memoryMib()) {
      return "%d of %d MiB memory free, %d asked"
          .formatted(room.memoryMib(), inventory.memoryMib(), shape.memoryMib());
    }
    if (reason(inventory, shape) == Refusal.MODEL_MISMATCH) {
      return "has %s, %s asked".formatted(inventory.model(), String.join("|", shape.models()));
    }
    return shape.gpuMilli() == Device.WHOLE_MILLI
        ? "%d of %d GPUs free, %d asked".formatted(room.wholeFree(), room.devices(), shape.gpus())
        : "%d GPU milli free on %d GPUs, none with the %d asked"
            .formatted(room.gpuMilliFree(), room.devices(), shape.gpuMilli());
  }

  private static boolean lacksContainers(Inventory inventory, Shape shape) {
    return shape.container() && !inventory.containers();
  }

  private static boolean modelFits(Inventory inventory, int device, Shape shape) {
    return shape.models().isEmpty()
        || shape.models().contains(inventory.devices().get(device).model());
  }
}
