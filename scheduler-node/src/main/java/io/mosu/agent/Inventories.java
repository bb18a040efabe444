// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;

/** Finds out what nodes have: from a description, from the vendor's tool, from a list. */
final class Inventories {

  /** Of a simulated device where nothing else is said. */
  static final int SIMULATED_MIB = 81_920;

  private static final Pattern SIMULATED =
      Pattern.compile("([0-9]{1,2})x([A-Za-z0-9._-]{1,40})(?::([0-9]{1,7}))?");

  private Inventories() {}

  /** Reads {@code 8xH100} or {@code 8xH100:81920}; the devices' names are made of the node's. */
  static List<Device> simulated(String text, NodeId node) {
    Matcher parts = SIMULATED.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--simulate takes COUNTxMODEL[:MIB] such as 8xH100, not '" + text + "'");
    }
    int mib = parts.group(3) == null ? SIMULATED_MIB : Integer.parseInt(parts.group(3));
    return devices(Integer.parseInt(parts.group(1)), parts.group(2), mib, node);
  }

  /** Reads one node per row of a table, as {@link TraceNode#read} does. */
  static List<HostPlan> ofTable(Path path, Inventory like) throws IOException {
    List<HostPlan> plans = new ArrayList<>();
    for (TraceNode node : TraceNode.read(path)) {
      Inventory there = node.inventory();
      Inventory inventory =
          new Inventory(
              like.supplier(),
              like.site(),
              like.address(),
              there.cpuMilli(),
              there.memoryMib(),
              there.devices(),
              false);
      plans.add(new HostPlan(node.id(), inventory));
    }
    return plans;
  }

  private static List<Device> devices(int count, String model, int mib, NodeId node) {
    return IntStream.range(0, count)
        .mapToObj(index -> new Device(index, model, mib, "SIM-" + node + "-" + index))
        .toList();
  }
}
