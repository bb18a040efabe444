// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The files of cgroup hierarchies, laid out as hosts have them; the kernel's part is in ITs. */
class CgroupsTest {
  private static final Grant GRANT = new Grant(List.of(0), 1_000, 2_500, 4_096);
  private static final List<String> SYSTEMD_SERVICE = List.of("0::/system.slice/mosu.service");

  @TempDir Path sys;

  @Test
  void version2LimitsAndKillsInOneGroup() throws IOException {
    unified(sys, "cpuset cpu io memory pids");
    Cgroups cgroups = find(SYSTEMD_SERVICE, "cgroup.kill");
    List<Path> groups = cgroups.create("gpu-1-7", GRANT);
    Path all = sys.resolve("system.slice/mosu.service/mosu-1");
    assertThat(groups).containsExactly(all.resolve("gpu-1-7"));
    assertThat(groups.get(0).resolve("memory.max")).hasContent("4294967296");
    assertThat(groups.get(0).resolve("memory.swap.max")).hasContent("0");
    assertThat(groups.get(0).resolve("memory.oom.group")).hasContent("1");
    assertThat(groups.get(0).resolve("cpu.max")).hasContent("250000 100000");
    assertThat(groups.get(0).resolve("pids.max")).hasContent("32768");
    assertThat(cgroups.inWords()).endsWith("limits=cpu,memory,pids");
  }

  @Test
  void groupWithOthersProcessesIsLeftForOneAboveIt() throws IOException {
    unified(sys, "cpu memory pids");
    crowd(sys.resolve("system.slice/mosu.service"));
    Files.createDirectories(sys.resolve("cpu")); // some group's name, not a hierarchy of version 1
    Files.writeString(sys.resolve("system.slice/cgroup.controllers"), "memory pids\n");
    Cgroups cgroups = find(SYSTEMD_SERVICE, "cgroup.kill");
    assertThat(cgroups.create("gpu-1-7", GRANT)).containsExactly(sys.resolve("mosu-1/gpu-1-7"));
    assertThat(cgroups.inWords()).endsWith("limits=cpu,memory,pids");
  }

  @Test
  void version2AloneNeverTakesItsGroupsForVersion1() throws IOException {
    unified(sys, "cpu memory pids");
    crowd(sys.resolve("system.slice/mosu.service"));
    crowd(sys);
    Files.createDirectories(sys.resolve("cpu"));
    Cgroups cgroups = find(SYSTEMD_SERVICE, "cgroup.kill");
    assertThat(cgroups.create("gpu-1-7", GRANT))
        .containsExactly(sys.resolve("system.slice/mosu.service/mosu-1/gpu-1-7"));
    assertThat(cgroups.inWords()).endsWith("limits=");
  }

  /** As the kernel does for a group that holds other processes: it passes no controller on. */
  private static void crowd(Path group) throws IOException {
    Files.createDirectories(group.resolve("cgroup.subtree_control"));
    Files.writeString(group.resolve("cgroup.procs"), "1\n2\n");
  }

  @Test
  void version1FillsInWhatVersion2LacksOnAHybridHost() throws IOException {
    unified(sys.resolve("unified"), "hugetlb");
    for (String controller : List.of("memory", "cpu", "pids")) {
      Files.createDirectories(sys.resolve(controller).resolve("box"));
    }
    List<String> own = List.of("4:memory:/box", "2:cpu:/box", "3:pids:/box", "0::/");
    List<Path> groups = find(own, "cgroup.kill").create("gpu-1-7", GRANT);
    assertThat(groups)
        .containsExactly(
            sys.resolve("unified/mosu-1/gpu-1-7"),
            sys.resolve("cpu/box/mosu-1/gpu-1-7"),
            sys.resolve("memory/box/mosu-1/gpu-1-7"),
            sys.resolve("pids/box/mosu-1/gpu-1-7"));
    assertThat(groups.get(1).resolve("cpu.cfs_quota_us")).hasContent("250000");
    assertThat(groups.get(2).resolve("memory.limit_in_bytes")).hasContent("4294967296");
  }

  @Test
  void hostWithVersion1AloneKillsByItsFreezer() throws IOException {
    Files.createDirectories(sys.resolve("freezer"));
    List<Path> groups = find(List.of("6:freezer:/"), "freezer.state").create("gpu-1-7", GRANT);
    assertThat(groups.get(0)).isEqualTo(sys.resolve("freezer/mosu-1/gpu-1-7"));
  }

  @Test
  void hostThatLetsNobodyJoinHasNone() throws IOException {
    unified(sys, "cpu memory pids");
    assertThat(Cgroups.find(sys, List.of("0::/"), "mosu-1", group -> false)).isEmpty();
    assertThat(Cgroups.find(sys.resolve("none"), List.of(), "mosu-1", group -> false)).isEmpty();
  }

  /** The trial group gets {@code file} as the kernel would make it. */
  private Cgroups find(List<String> own, String file) {
    return Cgroups.find(sys, own, "mosu-1", group -> made(group, file)).orElseThrow();
  }

  private static boolean made(Path group, String file) {
    try {
      Files.createFile(group.resolve(file));
      Files.createFile(group.resolve("cgroup.procs"));
      return true;
    } catch (IOException failure) {
      throw new IllegalStateException(failure);
    }
  }

  private static void unified(Path mount, String controllers) throws IOException {
    for (String group : List.of("", "system.slice/mosu.service")) {
      Files.createDirectories(mount.resolve(group));
      Files.writeString(mount.resolve(group).resolve("cgroup.controllers"), controllers + "\n");
    }
  }
}
