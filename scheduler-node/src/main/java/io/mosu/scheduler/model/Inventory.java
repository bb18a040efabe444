// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.List;

/**
 * What a node has when nothing is leased.
 *
 * @param address where other tasks of a gang reach this host
 * @param processes whether the agent starts real processes; false for a node that only holds leases
 * @param containers whether it runs jobs in container images
 */
public record Inventory(
    String supplier,
    String site,
    String address,
    int cpuMilli,
    int memoryMib,
    List<Device> devices,
    boolean processes,
    boolean containers) {

  /** More devices than any host has; a larger report is refused. */
  public static final int DEVICES_MAX = 64;

  public Inventory {
    devices = List.copyOf(devices);
    if (devices.size() > DEVICES_MAX || cpuMilli < 0 || memoryMib < 0) {
      throw new IllegalArgumentException(
          "no inventory: %d devices, %d cpuMilli, %d memoryMib"
              .formatted(devices.size(), cpuMilli, memoryMib));
    }
    for (int i = 0; i < devices.size(); i++) {
      if (devices.get(i).index() != i) {
        throw new IllegalArgumentException("device " + i + " says it is " + devices.get(i).index());
      }
    }
  }

  /** Of a host without a container engine. */
  public Inventory(
      String supplier,
      String site,
      String address,
      int cpuMilli,
      int memoryMib,
      List<Device> devices,
      boolean processes) {
    this(supplier, site, address, cpuMilli, memoryMib, devices, processes, false);
  }

  /** The same host with these devices. */
  public Inventory with(List<Device> now) {
    return new Inventory(supplier, site, address, cpuMilli, memoryMib, now, processes, containers);
  }

  /** The model of its devices, {@code "cpu"} without any; the first one's where they differ. */
  public String model() {
    return devices.isEmpty() ? "cpu" : devices.get(0).model();
  }
}
