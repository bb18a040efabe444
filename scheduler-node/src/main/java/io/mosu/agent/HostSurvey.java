// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Looks at this host once, before the agent starts: its devices, its size, its cgroups. */
final class HostSurvey {

  private static final int SIMULATED_CPU_MILLI = 96_000;
  private static final int SIMULATED_MEMORY_MIB = 1_048_576;
  private static final long TOOL_LIMIT_S = 20;

  private HostSurvey() {}

  /** The nodes that the options stand for. */
  static List<HostPlan> plans(AgentOptions options) throws IOException {
    String name = options.nodeName();
    boolean many = options.nodes > 1;
    Inventory like =
        new Inventory(
            options.supplier,
            options.site,
            options.reachableAddress(),
            cpuMilli(options, many),
            memoryMib(options, many),
            List.of(),
            !many || options.processes);
    if (options.inventory != null) {
      return Inventories.ofTable(options.inventory, like);
    }
    if (!many) {
      return List.of(plan(new NodeId(name), options, like));
    }
    if (options.simulate == null) {
      throw new IllegalArgumentException("--nodes needs --simulate, such as --simulate 8xH100");
    }
    List<HostPlan> plans = new ArrayList<>();
    for (int i = 1; i <= options.nodes; i++) {
      plans.add(plan(new NodeId("%s-%04d".formatted(name, i)), options, like));
    }
    return plans;
  }

  private static HostPlan plan(NodeId node, AgentOptions options, Inventory like)
      throws IOException {
    List<Device> devices =
        options.simulate != null ? Inventories.simulated(options.simulate, node) : real(options);
    return new HostPlan(
        node,
        new Inventory(
            like.supplier(),
            like.site(),
            like.address(),
            like.cpuMilli(),
            like.memoryMib(),
            devices,
            like.processes(),
            like.processes() && Podman.onThisHost(devices).isPresent()));
  }

  private static List<Device> real(AgentOptions options) {
    return new NvidiaDevices(
            tool(options)
                .orElseThrow(
                    () ->
                        new IllegalArgumentException(
                            "this host has no nvidia-smi; give --simulate 8xH100 for simulated"
                                + " devices")))
        .devices();
  }

  /** The vendor's tool, unless the devices are simulated. */
  static Optional<Path> tool(AgentOptions options) {
    if (options.simulate != null || options.inventory != null) {
      return Optional.empty();
    }
    return options.nvidiaSmi != null ? Optional.of(options.nvidiaSmi) : NvidiaDevices.onPath();
  }

  private static int cpuMilli(AgentOptions options, boolean many) {
    if (options.cpus != null) {
      return (int) Math.round(options.cpus * 1_000);
    }
    return many ? SIMULATED_CPU_MILLI : Runtime.getRuntime().availableProcessors() * 1_000;
  }

  private static int memoryMib(AgentOptions options, boolean many) throws IOException {
    if (options.memoryMib != null) {
      return options.memoryMib;
    }
    Path memory = Path.of("/proc/meminfo");
    if (many || !Files.exists(memory)) {
      return SIMULATED_MEMORY_MIB;
    }
    String total = Files.readAllLines(memory).get(0).replaceAll("[^0-9]", "");
    return (int) (Long.parseLong(total) / 1_024);
  }

  /** The cgroups that tasks get; empty where this process may not make and use any. */
  static Optional<Cgroups> cgroups(Path state) throws IOException {
    Path own = Path.of("/proc/self/cgroup");
    if (!Files.exists(own)) {
      return Optional.empty();
    }
    String name = "mosu-%08x".formatted(state.toAbsolutePath().normalize().toString().hashCode());
    return Cgroups.find(
        Path.of("/sys/fs/cgroup"), Files.readAllLines(own), name, HostSurvey::joins);
  }

  private static boolean joins(Path group) {
    try {
      return run(List.of("/bin/sh", "-c", "echo 0 >\"$1/cgroup.procs\"", "sh", group.toString()))
          .isPresent();
    } catch (IOException denied) {
      return false;
    }
  }

  private static Optional<String> run(List<String> words) throws IOException {
    Process process =
        new ProcessBuilder(words).redirectError(ProcessBuilder.Redirect.DISCARD).start();
    String output = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    try {
      boolean ended = process.waitFor(TOOL_LIMIT_S, TimeUnit.SECONDS);
      return ended && process.exitValue() == 0 ? Optional.of(output) : Optional.empty();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return Optional.empty();
    }
  }
}
