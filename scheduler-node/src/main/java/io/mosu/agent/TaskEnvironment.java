// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** The environment of a task: little of the agent's, then the job's, then what the lease says. */
final class TaskEnvironment {

  private static final Map<String, String> INHERITED =
      Map.of(
          "PATH", "/usr/local/bin:/usr/bin:/bin",
          "HOME", "/",
          "LANG", "C.UTF-8",
          "USER", "nobody");

  private TaskEnvironment() {}

  /** The variables for {@code start}, whose processes are known by {@code MOSU_TASK_DIR}. */
  static Map<String, String> of(HostOrder.StartTask start, Path dir, Map<String, String> agent) {
    Map<String, String> variables = new TreeMap<>();
    INHERITED.forEach(
        (name, otherwise) -> variables.put(name, agent.getOrDefault(name, otherwise)));
    variables.putAll(start.spec().env());
    String devices =
        start.grant().devices().stream().map(String::valueOf).collect(Collectors.joining(","));
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
}
