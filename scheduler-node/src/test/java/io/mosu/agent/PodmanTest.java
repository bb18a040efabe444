// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is handed to the engine; no engine is asked. */
class PodmanTest {
  private static final List<Device> DEVICES =
      List.of(
          new Device(0, "H100", 81_920, "GPU-aa"),
          new Device(1, "H100", 81_920, "MIG-bb"),
          new Device(2, "H100", 81_920, "SIM-x-2"));
  private static final Path PODMAN = Path.of("/usr/bin/podman");

  @TempDir Path dir;

  @Test
  void commandRunsInTheTasksCgroupOnItsDevices() throws IOException {
    Files.writeString(dir.resolve("cgroup"), "/sys/fs/cgroup/svc/mosu-1/gpu-1-7\n");
    Podman podman = new Podman(PODMAN, Path.of("/sys/fs/cgroup"), DEVICES);
    List<String> words =
        podman.words(start(Map.of()), dir, Optional.of(new RunAs.User("lab", 1_002, 1_003)));
    assertThat(words)
        .startsWith("/usr/bin/podman", "--cgroup-manager=cgroupfs", "run", "--rm")
        .contains(
            "--cgroup-parent=/svc/mosu-1/gpu-1-7",
            "--device=nvidia.com/gpu=GPU-aa",
            "--device=nvidia.com/gpu=MIG-bb",
            "--user=1002:1003",
            "--cap-drop=all",
            "--env-file=" + dir.resolve("env"))
        .endsWith("docker.io/library/python:3.12", "python", "-c", "print(1)");
    assertThat(words).noneMatch(word -> word.contains("SIM-"));
  }

  @Test
  void jobsVariablesReachTheContainerAndNotTheEngine() throws IOException {
    Map<String, String> task =
        Map.of("CONTAINERS_CONF", "evil.conf", "PATH", "/usr/bin", "MOSU_TASK_DIR", "/t");
    assertThat(Podman.environment(task, Map.of("HOME", "/root", "SECRET", "s")))
        .containsOnlyKeys("PATH", "MOSU_TASK_DIR", "HOME");
    assertThat(Podman.environmentLines(start(Map.of()), task))
        .containsExactly("CONTAINERS_CONF=evil.conf", "HOME=/work", "MOSU_TASK_DIR=/t");
    assertThatThrownBy(() -> Podman.environmentLines(start(Map.of()), Map.of("A", "b\nc")))
        .hasMessageContaining("several lines");
  }

  @Test
  void hostWithoutPodmanOrVersion2HasNoEngine() throws IOException {
    Path program = Files.createFile(dir.resolve("podman"));
    assertThat(program.toFile().setExecutable(true)).isTrue();
    assertThat(Podman.find(dir, List.of(program), DEVICES)).isEmpty();
    Files.createFile(dir.resolve("cgroup.controllers"));
    assertThat(Podman.find(dir, List.of(program), DEVICES)).isPresent();
    assertThat(Podman.find(dir, List.of(dir.resolve("none")), DEVICES)).isEmpty();
  }

  private static HostOrder.StartTask start(Map<String, String> env) {
    return new HostOrder.StartTask(
        new NodeId("gpu-1"),
        1,
        7,
        new JobId(new TenantId("acme"), 5),
        0,
        1,
        "127.0.0.1",
        20_001,
        new Grant(List.of(0, 1, 2), 1_000, 500, 64),
        new TaskSpec(
            List.of("python", "-c", "print(1)"),
            new TreeMap<>(env),
            List.of(),
            false,
            Ending.DEFAULT,
            "docker.io/library/python:3.12",
            ""));
  }
}
