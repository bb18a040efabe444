// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Device;
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
  /** In a task's directory until the ledger has its start. */
  static final String UNTOLD = "untold";

  /** The kernel counts the starts of processes in hundredths of a second. */
  private static final long MS_PER_JIFFY = 10;

  private static final String[] NO_WORDS = {};

  private final LedgerFile ledger;
  private final Map<NodeId, Inventory> inventories = new ConcurrentHashMap<>();

  TaskDeeds(LedgerFile ledger) {
    this.ledger = ledger;
  }

  /** What the node's devices are called. */
  void describe(NodeId node, Inventory inventory) {
    inventories.put(node, inventory);
  }

  /** The node's devices in the order of their indices; none before they were described. */
  List<Device> devices(NodeId node) {
    Inventory inventory = inventories.get(node);
    return inventory == null ? List.of() : inventory.devices();
  }

  void append(NodeId node, Deed deed, int pids) throws IOException {
    ledger.append(node, deed, devices(node, deed.task().grant()), pids);
  }

  /** Appends the start of the task in {@code dir}, which the one who started it did not live to. */
  void started(NodeId node, Deed later, Path dir, String bootId) throws IOException {
    Path pid = dir.resolve("pid");
    String[] noted = Files.exists(pid) ? Files.readString(pid).strip().split(" ", -1) : NO_WORDS;
    if (noted.length == 3 && noted[2].equals(bootId)) { // the clock counts from there
      long atTickMs = Long.parseLong(noted[1]) * MS_PER_JIFFY;
      String detail = "seen when the agent was back";
      append(node, new Deed(atTickMs, Deed.Kind.START, later.task(), later.epoch(), detail), 0);
    }
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
    List<Device> all = devices(node);
    return grant.devices().stream()
        .map(index -> index >= all.size() ? String.valueOf(index) : all.get(index).uuid())
        .toList();
  }
}
