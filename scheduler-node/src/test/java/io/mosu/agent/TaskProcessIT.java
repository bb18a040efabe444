// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes, where tasks get no cgroup: the harder case. */
class TaskProcessIT {
  private static final NodeId NODE = new NodeId("host-1");
  private static final long LIMIT_S = 20;

  @TempDir Path state;

  private TaskFiles files;

  @BeforeEach
  void layOut() throws IOException {
    files = TaskFiles.in(state, Optional.empty());
  }

  @Test
  void signalGivesItsNumberPlus128() throws Exception {
    TaskProcess task = launch(1, "sh", "-c", "kill -9 $$");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.SIGNALED, 137));
  }

  @Test
  void argumentsAreNoShellText() throws Exception {
    TaskProcess task = launch(1, "printf", "%s|", "a b", "$HOME", "*", "; exit 3");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.EXITED, 0));
    assertThat(Files.readString(log(1))).isEqualTo("a b|$HOME|*|; exit 3|");
  }

  @Test
  void environmentIsNotTheAgents() throws Exception {
    end(launch(1, "env"));
    assertThat(Files.readAllLines(log(1)))
        .contains("GREETING=hi", "CUDA_VISIBLE_DEVICES=1", "LOCAL_WORLD_SIZE=1")
        .allMatch(
            line ->
                line.matches(
                    "(PATH|HOME|LANG|USER|LOGNAME|PWD|OLDPWD|_|GREETING|CUDA_VISIBLE_DEVICES"
                        + "|NVIDIA_VISIBLE_DEVICES|(NODE_|GROUP_|LOCAL_)?RANK"
                        + "|(LOCAL_)?WORLD_SIZE|MASTER_(ADDR|PORT)|MOSU_[A-Z_]+|SHLVL)=.*"));
  }

  @Test
  void whatIgnoresTheSignalIsKilledAfterTheGrace() throws Exception {
    TaskProcess task =
        launch(1, "sh", "-c", "trap '' TERM; setsid sh -c 'trap \"\" TERM; sleep 99' & sleep 99");
    awaitLine(1, "sleep");
    assertThat(task.stop(200).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.SIGNALED, 137));
    assertThat(processesOf(1)).isZero();
  }

  @Test
  void childrenThatTheTaskLeftAreEndedWithIt() throws Exception {
    TaskProcess task = launch(1, "sh", "-c", "sleep 99 & (setsid sleep 99 &) ; exit 4");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.EXITED, 4));
    assertThat(processesOf(1)).isZero();
  }

  @Test
  void guardEndsTasksWhoseLeaseIsOverWithoutTheAgent() throws Exception {
    TaskProcess task = launch(1, "sleep", "99");
    files.lease(NODE, 1, 0);
    Process guard = TaskProcess.fork(files.guard(), Map.of());
    try {
      assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.FENCED, 137));
      assertThat(processesOf(1)).isZero();
    } finally {
      guard.destroyForcibly();
    }
  }

  @Test
  void guardThatWasKilledWithItsAgentIsReplacedByTheTask() throws Exception {
    files.lease(NODE, Long.MAX_VALUE / 2, 0);
    Process guard = TaskProcess.fork(files.guard(), Map.of());
    TaskProcess task = launch(1, "sleep", "99");
    awaitFile("guard.beat");
    guard.destroyForcibly().waitFor();
    files.lease(NODE, 1, 0);
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.FENCED, 137));
    assertThat(processesOf(1)).isZero();
    Files.delete(state.resolve("guard.pid")); // ends the one that the task started
  }

  @Test
  void guardThatIsStoppedIsReplacedByTheTask() throws Exception {
    files.lease(NODE, Long.MAX_VALUE / 2, 0);
    Process guard = TaskProcess.fork(files.guard(), Map.of());
    try {
      TaskProcess task = launch(1, "sleep", "99");
      awaitFile("guard.beat");
      signal("STOP", guard);
      files.lease(NODE, 1, 0);
      assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.FENCED, 137));
    } finally {
      guard.destroyForcibly();
      Files.delete(state.resolve("guard.pid"));
    }
  }

  @Test
  void taskWhoseRunnerNeverBeganIsGivenUpForGood() throws Exception {
    HostOrder.StartTask start = start(1, "true");
    files.prepare(start);
    assertThat(TaskProcess.adopt(files, NODE, 1, gone -> {})).isEmpty();
    assertThat(TaskProcess.pastExit(files, NODE, 1)).isEqualTo(new Exit(Exit.Kind.NOT_STARTED, 0));
  }

  @Test
  void startThatNobodyLivedToSayIsSaidOnce() throws Exception {
    launch(1, "sleep", "100");
    awaitLine(1, "sleep");
    KnownTask known = KnownTask.launched(start(1, "sleep", "100"));
    files.record(NODE, new Deed(7, Deed.Kind.ADOPT, known, 1, ""));
    files.record(NODE, new Deed(8, Deed.Kind.ADOPT, known, 1, ""));
    TaskProcess again = TaskProcess.adopt(files, NODE, 1, gone -> {}).orElseThrow();
    assertThat(again.leftBehind()).isFalse();
    assertThat(again.stop(0).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(again.leftBehind()).isTrue();
    again.retire();
    files.record(NODE, new Deed(9, Deed.Kind.STOP, known, 1, ""));
    assertThat(Files.readAllLines(state.resolve("ledger.jsonl")))
        .extracting(line -> line.replaceAll(".*\"event\":\"([A-Z]+)\".*", "$1"))
        .containsExactly("START", "ADOPT", "ADOPT", "STOP");
  }

  private void awaitFile(String name) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (!Files.exists(state.resolve(name))) {
      assertThat(System.nanoTime()).isLessThan(end);
      Thread.onSpinWait();
    }
  }

  private static void signal(String name, Process process) throws Exception {
    new ProcessBuilder("kill", "-s", name, Long.toString(process.pid())).start().waitFor();
  }

  private TaskProcess launch(long token, String... command) throws IOException {
    return TaskProcess.launch(files, start(token, command));
  }

  private static Exit end(TaskProcess task) throws Exception {
    task.ended().get(LIMIT_S, TimeUnit.SECONDS);
    assertThat(task.stop(0).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    return task.retire().exit();
  }

  private Path log(long token) throws IOException {
    return files.ended(NODE, token).orElseThrow().resolve("log");
  }

  /** Waits, bounded, until the task has a process of that name besides its runner. */
  private void awaitLine(long token, String name) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (System.nanoTime() < end) {
      if (processes(token)
          .anyMatch(process -> process.info().command().orElse("").contains(name))) {
        return;
      }
      Thread.onSpinWait();
    }
    throw new AssertionError("no process " + name);
  }

  private long processesOf(long token) {
    return processes(token).count();
  }

  private Stream<ProcessHandle> processes(long token) {
    String mark = "MOSU_TASK_DIR=" + state.toAbsolutePath();
    return ProcessHandle.allProcesses()
        .filter(
            process -> {
              try {
                String environment =
                    new String(
                        Files.readAllBytes(Path.of("/proc", process.pid() + "", "environ")),
                        StandardCharsets.UTF_8);
                return environment.contains(mark) && environment.contains("/" + token + "-");
              } catch (IOException gone) {
                return false;
              }
            });
  }

  private static HostOrder.StartTask start(long token, String... command) {
    return new HostOrder.StartTask(
        NODE,
        1,
        token,
        new JobId(new TenantId("acme"), 5),
        0,
        1,
        "127.0.0.1",
        20_001,
        new Grant(List.of(1), 1_000, 1_000, 512),
        new TaskSpec(List.of(command), new TreeMap<>(Map.of("GREETING", "hi"))));
  }
}
