// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.IntStream;

/**
 * A GPU node of a table.
 *
 * @param tenant whose it is, "" if everybody's
 */
public record TraceNode(NodeId id, Inventory inventory, String tenant) {
  private static final int DEVICE_MIB = 81_920;
  private static final int CPU_MILLI_PER_GPU = 12_000;
  private static final int MEMORY_MIB_PER_GPU = 131_072;
  private static final int CPU_MILLI_LEAST = 1_000;
  private static final int EIGHT = 8;
  private static final int GPUS_MAX = 64;
  private static final int NODES_MAX = 1_000_000;

  /**
   * Reads a node per row: {@code sn} (or node, node_id, name), {@code gpu} (gpus) and {@code model}
   * (gpu_model); {@code cpu_milli} (or cpus) and {@code memory_mib} (mem_mb), 12 cores and 128 GiB
   * a GPU where they are absent; {@code supplier} and {@code site} if there are. Or, by a column
   * {@code nodes_of_8_gpus}, so many nodes of 8 GPUs for a {@code tenant}.
   *
   * @throws IllegalArgumentException if it has no such rows; the text names file and line
   */
  public static List<TraceNode> read(Path file) throws IOException {
    List<TraceNode> nodes = new ArrayList<>();
    Set<NodeId> names = new HashSet<>();
    for (Row row : Csv.rows(file)) {
      if (row.has("nodes_of_8_gpus")) {
        String tenant = row.text("tenant");
        int count = Math.min(NODES_MAX, row.count("nodes_of_8_gpus"));
        for (int i = 0; i < count; i++) {
          NodeId id = new NodeId("%s-%04d".formatted(tenant, i));
          nodes.add(new TraceNode(id, inventory(row, id, EIGHT, model(row)), tenant));
        }
        continue;
      }
      row.require("nodes", "sn", "node", "node_id", "name", "nodes_of_8_gpus");
      row.require("nodes", "gpu", "gpus");
      NodeId id = id(row);
      if (!names.add(id)) {
        throw row.wrong("a second node " + id);
      }
      int gpus = row.count("gpu", "gpus");
      if (gpus > GPUS_MAX) {
        throw row.wrong(gpus + " GPUs on one node; at most " + GPUS_MAX);
      }
      nodes.add(new TraceNode(id, inventory(row, id, gpus, model(row)), ""));
    }
    if (nodes.isEmpty()) {
      throw new IllegalArgumentException(file + " has no nodes");
    }
    return nodes;
  }

  private static String model(Row row) {
    String model = row.text("model", "gpu_model");
    return model.isEmpty() ? "GPU" : model;
  }

  private static NodeId id(Row row) {
    String name = row.text("sn", "node", "node_id", "name");
    try {
      return new NodeId(name.matches("[0-9].*") ? "node-" + name : name);
    } catch (IllegalArgumentException bad) {
      throw row.wrong("no name of a node: '" + name + "'");
    }
  }

  private static Inventory inventory(Row row, NodeId id, int gpus, String model) {
    List<Device> devices =
        IntStream.range(0, gpus)
            .mapToObj(i -> new Device(i, model, DEVICE_MIB, "SIM-" + id + "-" + i))
            .toList();
    double cpuMilli =
        row.has("cpu_milli")
            ? row.number("cpu_milli")
            : 1_000
                * row.numberOr(
                    Math.max(CPU_MILLI_LEAST, gpus * CPU_MILLI_PER_GPU) / 1_000.0, "cpus");
    double memoryMib =
        row.numberOr(
            Math.max(MEMORY_MIB_PER_GPU, gpus * MEMORY_MIB_PER_GPU), "memory_mib", "mem_mb");
    String supplier = row.text("supplier");
    return new Inventory(
        supplier.isEmpty() ? "trace" : supplier,
        row.text("site"),
        "",
        (int) cpuMilli,
        (int) memoryMib,
        devices,
        false);
  }

  /** What each tenant is guaranteed if it keeps what its own nodes have. */
  public static Map<String, Quota> guarantees(List<TraceNode> nodes) {
    Map<String, Quota> quotas = new TreeMap<>();
    for (TraceNode node : nodes) {
      if (!node.tenant().isEmpty()) {
        long milli = (long) Device.WHOLE_MILLI * node.inventory().devices().size();
        quotas.merge(
            node.tenant(),
            new Quota(milli, Quota.NONE.limitMilli(), 1),
            (a, b) ->
                new Quota(a.guaranteedMilli() + b.guaranteedMilli(), a.limitMilli(), a.weight()));
      }
    }
    return quotas;
  }
}
