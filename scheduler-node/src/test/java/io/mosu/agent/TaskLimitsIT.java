// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.model.Ending;
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
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Real processes held to what their job asked for; with cgroups where this host lets them. */
class TaskLimitsIT {
  private static final NodeId NODE = new NodeId("host-1");
  private static final long LIMIT_S = 30;
  private static final long FOR_EVER = Long.MAX_VALUE / 2;

  @TempDir Path state;

  private Optional<Cgroups> cgroups = Optional.empty();
  private TaskFiles files;
  private @Nullable Process guard;

  @BeforeEach
  void layOut() throws IOException {
    cgroups = HostSurvey.cgroups(state);
    files = TaskFiles.in(state, cgroups, RunAs.onThisHost(List.of()));
    files.lease(NODE, FOR_EVER, 0);
  }

  @AfterEach
  void endGuard() throws Exception {
    if (guard != null) {
      guard.destroyForcibly().waitFor();
    }
    cgroups.ifPresent(Cgroups::removeEmpty);
  }

  @Test
  void taskIsAskedByItsOwnSignalAndHasItsOwnGrace() throws Exception {
    Ending patient = new Ending("INT", 20_000, 0, "", 0);
    TaskProcess task =
        launch(
            patient,
            "sh",
            "-c",
            "trap 'sleep 0.3; echo bye; exit 3' INT; echo up; sleep 99 & wait");
    awaitLog("up");
    assertThat(task.stop(Ending.GRACE_MAX_MS).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(task.retire().exit()).isEqualTo(new Exit(Exit.Kind.EXITED, 3));
    assertThat(endedLog()).contains("bye");
  }

  @Test
  void shorterGraceThanItsOwnCounts() throws Exception {
    Ending patient = new Ending("TERM", Ending.GRACE_MAX_MS, 0, "", 0);
    TaskProcess task = launch(patient, "sh", "-c", "trap '' TERM; echo up; sleep 99");
    awaitLog("up");
    assertThat(task.stop(100).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    assertThat(task.retire().exit()).isEqualTo(new Exit(Exit.Kind.SIGNALED, 137));
  }

  @Test
  void taskOverItsTimeLimitIsWarnedAndEndedWithoutTheAgent() throws Exception {
    guard = TaskProcess.fork(files.guard(), Map.of());
    Ending limited = new Ending("TERM", 1_000, 3_000, "USR1", 2_000);
    TaskProcess task =
        launch(
            limited,
            "sh",
            "-c",
            "trap 'echo warned' USR1; trap '' TERM; while :; do sleep 0.1; done");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.TIME_LIMIT, 137));
    assertThat(endedLog()).contains("warned");
  }

  @Test
  void taskWithinItsTimeLimitEndsByItself() throws Exception {
    guard = TaskProcess.fork(files.guard(), Map.of());
    Ending limited = new Ending("TERM", 1_000, 60_000, "USR1", 59_000);
    TaskProcess task =
        launch(limited, "sh", "-c", "trap 'exit 5' USR1; while :; do sleep 0.1; done");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.EXITED, 5));
  }

  @Test
  void memoryBeyondTheGrantIsToldApart() throws Exception {
    assumeTrue(limits("memory"), "no cgroup limits memory here");
    TaskProcess task =
        launch(Ending.DEFAULT, "sh", "-c", "head -c 200m /dev/zero | tail -c 150m >/dev/null");
    assertThat(end(task).kind()).isEqualTo(Exit.Kind.OUT_OF_MEMORY);
  }

  @Test
  void grantIsWrittenIntoTheCgroup() throws Exception {
    assumeTrue(limits("cpu"), "no cgroup limits cores here");
    TaskProcess task = launch(Ending.DEFAULT, "sleep", "99");
    Path dir = files.live(NODE, 1).orElseThrow();
    List<Path> groups = Files.readAllLines(dir.resolve("cgroup")).stream().map(Path::of).toList();
    assertThat(groups).allMatch(Files::isDirectory);
    assertThat(groups)
        .anyMatch(
            group ->
                text(group, "cpu.max").equals("50000 100000")
                    || text(group, "cpu.cfs_quota_us").equals("50000"));
    task.stop(0).get(LIMIT_S, TimeUnit.SECONDS);
    assertThat(task.retire().exit().kind()).isEqualTo(Exit.Kind.SIGNALED);
    assertThat(groups).noneMatch(Files::exists);
  }

  @Test
  void whatHidesItsEnvironmentAndSessionIsEndedByTheCgroup() throws Exception {
    assumeTrue(cgroups.isPresent(), "no cgroups here");
    String mark = "77" + ProcessHandle.current().pid();
    String hide =
        "trap '' TERM HUP INT; (env -i setsid sleep %s &) ; env -i setsid sh -c 'sleep %1$s &"
            + " exit'";
    TaskProcess task = launch(Ending.DEFAULT, "sh", "-c", hide.formatted(mark) + "; exit 4");
    assertThat(end(task)).isEqualTo(new Exit(Exit.Kind.EXITED, 4));
    assertThat(processes("sleep " + mark)).isZero();
  }

  @Test
  void taskGetsNoNewPrivileges() throws Exception {
    assumeTrue(Files.isExecutable(Path.of("/usr/bin/setpriv")), "no setpriv here");
    end(launch(Ending.DEFAULT, "grep", "NoNewPrivs", "/proc/self/status"));
    assertThat(endedLog()).contains("NoNewPrivs:\t1");
  }

  @Test
  void taskOfATenantRunsAsItsUser() throws Exception {
    assumeTrue(Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid")));
    files = TaskFiles.in(state, cgroups, RunAs.onThisHost(List.of("acme=nobody", "root")));
    String look = "id -u; id -G; grep CapEff /proc/self/status; touch here && ls; cat /etc/shadow";
    Exit exit = end(launch(Ending.DEFAULT, "sh", "-c", look));
    assertThat(exit).isEqualTo(new Exit(Exit.Kind.EXITED, 1));
    assertThat(endedLog())
        .contains("65534\n65534\n", "CapEff:\t0000000000000000", "here\n", "Permission denied");
  }

  @Test
  void longLogKeepsItsEndAndTheOffsetsOfIt() throws Exception {
    files.limitLogs(2 << 20);
    guard = TaskProcess.fork(files.guard(), Map.of());
    launch(Ending.DEFAULT, "sh", "-c", "seq -w 1 900000; echo over; sleep 99"); // 7 bytes a line
    Path dir = files.live(NODE, 1).orElseThrow();
    await(() -> Files.exists(dir.resolve("log.from")) && text(dir, "log.from").compareTo("4") > 0);
    LogRead.Piece first = TaskLog.read(files, new LogRead(NODE, 1, 0, LogRead.BYTES_MAX, 0));
    assertThat(first.offset()).isEqualTo(Long.parseLong(text(dir, "log.from")));
    long line = first.offset() / 7 + 2;
    LogRead.Piece later = TaskLog.read(files, new LogRead(NODE, 1, (line - 1) * 7, 7, 0));
    assertThat(new String(later.bytes(), StandardCharsets.US_ASCII))
        .isEqualTo("%06d\n".formatted(line));
    TaskProcess.adopt(files, NODE, 1, gone -> {})
        .orElseThrow()
        .stop(0)
        .get(LIMIT_S, TimeUnit.SECONDS);
  }

  private boolean limits(String controller) {
    return cgroups.isPresent() && cgroups.get().inWords().contains(controller);
  }

  private TaskProcess launch(Ending ending, String... command) throws IOException {
    return TaskProcess.launch(
        files,
        new HostOrder.StartTask(
            NODE,
            1,
            1,
            new JobId(new TenantId("acme"), 5),
            0,
            1,
            "127.0.0.1",
            20_001,
            new Grant(List.of(), 0, 500, 64),
            new TaskSpec(List.of(command), new TreeMap<>(), List.of(), false, ending, "", "")));
  }

  private static Exit end(TaskProcess task) throws Exception {
    task.ended().get(LIMIT_S, TimeUnit.SECONDS);
    assertThat(task.stop(0).get(LIMIT_S, TimeUnit.SECONDS)).isTrue();
    return task.retire().exit();
  }

  private void awaitLog(String line) throws IOException {
    Path log = files.live(NODE, 1).orElseThrow().resolve("log");
    await(() -> Files.exists(log) && text(log.resolveSibling(""), "log").contains(line));
  }

  private String endedLog() throws IOException {
    return Files.readString(files.ended(NODE, 1).orElseThrow().resolve("log"));
  }

  private static void await(BooleanSupplier condition) {
    long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(LIMIT_S);
    while (!condition.getAsBoolean()) {
      if (System.nanoTime() > end) {
        throw new AssertionError("waited for " + LIMIT_S + " s");
      }
      Thread.onSpinWait();
    }
  }

  private static String text(Path dir, String file) {
    try {
      Path path = dir.resolve(file);
      return Files.exists(path) ? Files.readString(path).strip() : "";
    } catch (IOException gone) {
      return "";
    }
  }

  private static long processes(String commandLine) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().map(line -> line.contains(commandLine)).orElse(false))
        .count();
  }
}
