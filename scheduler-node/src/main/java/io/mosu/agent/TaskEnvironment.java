// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.TaskSpec;
import java.nio.file.Path;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The environment of a task: nothing of the agent's, then the job's, then what the lease says. */
final class TaskEnvironment {

  /** Where programs are looked for, whatever the agent's own says. */
  static final String PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";

  private TaskEnvironment() {}

  /** The variables for {@code start}, whose processes are known by {@code MOSU_TASK_DIR}. */
  static Map<String, String> of(
      HostOrder.StartTask start, Path dir, Optional<String> user, List<Device> inventory) {
    Map<String, String> variables = new TreeMap<>();
    String name = user.orElse(System.getProperty("user.name", "nobody"));
    variables.put("PATH", PATH);
    variables.put("HOME", dir.resolve("work").toString());
    variables.put("LANG", "C.UTF-8");
    variables.put("USER", name);
    variables.put("LOGNAME", name);
    start.spec().env().entrySet().stream()
        .filter(entry -> TaskSpec.isEnvName(entry.getKey()))
        .filter(entry -> !TaskSpec.isEnvReserved(entry.getKey()))
        .forEach(entry -> variables.put(entry.getKey(), entry.getValue()));
    String devices = visible(inventory, start.grant().devices());
    String rank = Integer.toString(start.task());
    variables.put("CUDA_VISIBLE_DEVICES", devices);
    variables.put("NVIDIA_VISIBLE_DEVICES", devices);
    variables.put("RANK", rank);
    variables.put("NODE_RANK", rank);
    variables.put("GROUP_RANK", rank);
    variables.put("WORLD_SIZE", Integer.toString(start.world()));
    variables.put("LOCAL_RANK", "0");
    variables.put("LOCAL_WORLD_SIZE", "1");
    variables.put("MASTER_ADDR", start.masterAddress());
    variables.put("MASTER_PORT", Integer.toString(start.masterPort()));
    variables.put("MOSU_JOB_ID", start.job().toString());
    variables.put("MOSU_TASK", rank);
    variables.put("MOSU_TENANT", start.job().tenant().value());
    variables.put("MOSU_NODE", start.node().value());
    variables.put("MOSU_LEASE_TOKEN", Long.toString(start.token()));
    variables.put("MOSU_TASK_DIR", dir.toString());
    return variables;
  }

  /**
   * What CUDA calls the {@code leased} devices: by UUID, because an index counts neither MIG slices
   * nor what the driver left out since the inventory was read; simulated devices by index.
   */
  static String visible(List<Device> inventory, Collection<Integer> leased) {
    boolean named =
        leased.stream().allMatch(index -> index < inventory.size() && isCard(inventory.get(index)));
    return leased.stream()
        .map(index -> named ? inventory.get(index).uuid() : String.valueOf(index))
        .collect(Collectors.joining(","));
  }

  private static boolean isCard(Device device) {
    return device.uuid().startsWith("GPU-") || device.uuid().startsWith("MIG-");
  }
}
