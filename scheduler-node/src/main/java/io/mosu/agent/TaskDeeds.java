// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/** What the agent's ledger says of tasks: their devices by name, how many processes they have. */
final class TaskDeeds {
  private final LedgerFile ledger;
  private final Map<NodeId, Inventory> inventories = new ConcurrentHashMap<>();

  TaskDeeds(LedgerFile ledger) {
    this.ledger = ledger;
  }

  /** What the node's devices are called. */
  void describe(NodeId node, Inventory inventory) {
    inventories.put(node, inventory);
  }

  void append(NodeId node, Deed deed, int pids) throws IOException {
    ledger.append(node, deed, devices(node, deed.task().grant()), pids);
  }

  /** What the guard writes of the task, should it end it. */
  String fields(HostOrder.StartTask start) throws IOException {
    return LedgerFile.fields(
        start.node(),
        KnownTask.launched(start),
        start.epoch(),
        devices(start.node(), start.grant()));
  }

  /** Processes in the cgroup of the task in {@code dir}; 0 where it has none. */
  static int pids(Path dir) throws IOException {
    Path names = dir.resolve("cgroup");
    if (!Files.exists(names)) {
      return 0;
    }
    List<String> groups = Files.readAllLines(names);
    if (groups.isEmpty()) {
      return 0;
    }
    Path processes = Path.of(groups.get(0), "cgroup.procs");
    return Files.exists(processes) ? Files.readAllLines(processes).size() : 0;
  }

  private List<String> devices(NodeId node, Grant grant) {
    Inventory inventory = inventories.get(node);
    return grant.devices().stream()
        .map(
            index ->
                inventory == null || index >= inventory.devices().size()
                    ? String.valueOf(index)
                    : inventory.devices().get(index).uuid())
        .toList();
  }
}
