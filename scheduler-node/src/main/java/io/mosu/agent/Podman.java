// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * Tasks in container images, run by Podman in the foreground: the container's processes are in the
 * task's cgroup, so that what ends the cgroup ends them, too.
 */
final class Podman {
  private static final String WORK = "/work";
  private static final String CONTROLLERS = "cgroup.controllers";

  /** All of its environment: what a job sets must not change how the engine runs. */
  private static final List<String> INHERITED = List.of("HOME", "XDG_RUNTIME_DIR");

  private final Path program;
  private final Path cgroupMount;
  private final List<Device> devices;

  Podman(Path program, Path cgroupMount, List<Device> devices) {
    this.program = program;
    this.cgroupMount = cgroupMount;
    this.devices = List.copyOf(devices);
  }

  /** Podman on this host; without version 2 of cgroups it could not be held to a task's. */
  static Optional<Podman> find(Path cgroupMount, List<Path> programs, List<Device> devices) {
    if (!Files.exists(cgroupMount.resolve(CONTROLLERS))) {
      return Optional.empty();
    }
    return programs.stream()
        .filter(Files::isExecutable)
        .findFirst()
        .map(program -> new Podman(program, cgroupMount, devices));
  }

  static Optional<Podman> onThisHost(List<Device> devices) {
    return find(
        Path.of("/sys/fs/cgroup"),
        Stream.of("/usr/bin/podman", "/usr/local/bin/podman").map(Path::of).toList(),
        devices);
  }

  /** What the engine itself runs with; {@code agent} is the agent's own environment. */
  static Map<String, String> environment(Map<String, String> task, Map<String, String> agent) {
    Map<String, String> variables = new HashMap<>();
    variables.put("PATH", TaskEnvironment.PATH);
    variables.put("MOSU_TASK_DIR", task.getOrDefault("MOSU_TASK_DIR", ""));
    for (String name : INHERITED) {
      if (agent.containsKey(name)) {
        variables.put(name, agent.get(name));
      }
    }
    return variables;
  }

  /** The container's environment, for {@code --env-file}; the process list would show arguments. */
  static List<String> environmentLines(HostOrder.StartTask start, Map<String, String> task)
      throws IOException {
    Map<String, String> variables = new HashMap<>(task);
    if (!start.spec().env().containsKey("PATH")) {
      variables.remove("PATH"); // the image has its own
    }
    variables.put("HOME", start.spec().env().getOrDefault("HOME", WORK));
    List<String> lines = new ArrayList<>();
    for (Map.Entry<String, String> variable : variables.entrySet()) {
      if (variable.getValue().matches("(?s).*[\r\n].*")) {
        throw new IOException("a container takes no value of several lines: " + variable.getKey());
      }
      lines.add(variable.getKey() + "=" + variable.getValue());
    }
    lines.sort(null);
    return lines;
  }

  /** The words that run the task's command in its image; {@code dir} is the task's. */
  List<String> words(HostOrder.StartTask start, Path dir, Optional<RunAs.User> user)
      throws IOException {
    Path cgroup = Path.of(Files.readAllLines(dir.resolve("cgroup")).get(0));
    List<String> words =
        new ArrayList<>(
            List.of(
                program.toString(),
                "--cgroup-manager=cgroupfs",
                "run",
                "--rm",
                "--name=mosu-" + start.node() + "-" + start.token(),
                "--cgroup-parent=/" + cgroupMount.relativize(cgroup),
                "--network=host",
                "--log-driver=none",
                "--security-opt=no-new-privileges",
                "--cap-drop=all",
                "--pull=missing",
                "--env-file=" + dir.resolve("env"),
                "--volume=" + dir.resolve("work") + ":" + WORK,
                "--workdir=" + WORK));
    user.ifPresent(as -> words.add("--user=" + as.uid() + ":" + as.gid()));
    for (int index : start.grant().devices()) {
      String uuid = devices.get(index).uuid();
      if (uuid.startsWith("GPU-") || uuid.startsWith("MIG-")) {
        words.add("--device=nvidia.com/gpu=" + uuid);
      }
    }
    words.add(start.spec().image());
    words.addAll(start.spec().command());
    return words;
  }
}
