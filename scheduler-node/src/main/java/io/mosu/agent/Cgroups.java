// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Grant;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The control groups that tasks get: one in each hierarchy that this process may use. The first one
 * ends all its processes at once; version 2 is preferred, and version 1 fills in what it lacks.
 */
final class Cgroups {
  private static final List<String> LIMITING = List.of("memory", "cpu", "pids");

  /** Where this process moves to when its own group has to stay empty to pass controllers on. */
  private static final String LEAF = "mosu-agent";

  private static final int PERIOD_US = 100_000;
  private static final long MIB = 1 << 20;

  /** More processes and threads than a task needs. */
  private static final int PIDS_MAX = 32_768;

  /** One hierarchy; {@code controllers} limit there. */
  private record Hierarchy(Path all, boolean unified, Set<String> controllers) {}

  private final List<Hierarchy> hierarchies;

  private Cgroups(List<Hierarchy> hierarchies) {
    this.hierarchies = hierarchies;
  }

  /**
   * Looks what can be used; empty if no hierarchy can end a task's processes.
   *
   * @param sys where the hierarchies are mounted, {@code /sys/fs/cgroup}
   * @param own the lines of {@code /proc/self/cgroup}
   * @param name of the group that holds the tasks' groups
   * @param joins whether a process can join the group that it is given
   */
  static Optional<Cgroups> find(Path sys, List<String> own, String name, Predicate<Path> joins) {
    List<Hierarchy> found = new ArrayList<>();
    Set<String> missing = new TreeSet<>(LIMITING);
    for (Path mount : List.of(sys, sys.resolve("unified"))) {
      if (found.isEmpty() && Files.exists(mount.resolve("cgroup.controllers"))) {
        unified(mount, ownPath(own, ""), name, joins).ifPresent(found::add);
      }
    }
    boolean kills = !found.isEmpty();
    found.forEach(hierarchy -> missing.removeAll(hierarchy.controllers()));
    if (!kills) {
      Path freezer = sys.resolve("freezer").resolve(ownPath(own, "freezer")).resolve(name);
      if (!usable(freezer, "freezer.state", joins)) {
        return Optional.empty();
      }
      found.add(new Hierarchy(freezer, false, Set.of()));
    }
    if (Files.exists(sys.resolve("cgroup.controllers"))) {
      return Optional.of(
          new Cgroups(found)); // folders there are groups of v2, whatever their names
    }
    for (String controller : missing) {
      Path all = sys.resolve(controller).resolve(ownPath(own, controller)).resolve(name);
      if (usable(all, "cgroup.procs", joins)) {
        found.add(new Hierarchy(all, false, Set.of(controller)));
      }
    }
    return Optional.of(new Cgroups(found));
  }

  /** Makes the groups of one task, with the limits of its grant. */
  List<Path> create(String task, Grant grant) throws IOException {
    List<Path> groups = new ArrayList<>();
    for (Hierarchy hierarchy : hierarchies) {
      Path group = hierarchy.all().resolve(task);
      Files.createDirectories(group);
      groups.add(group);
      for (String controller : hierarchy.controllers()) {
        limit(group, hierarchy.unified(), controller, grant);
      }
    }
    return groups;
  }

  /** The group of the guard: apart from the agent's, so that who ends that one does not end it. */
  Path guard() {
    return hierarchies
        .get(0)
        .all()
        .resolveSibling(hierarchies.get(0).all().getFileName() + "-guard");
  }

  /** Takes away what no task needs any more. */
  void removeEmpty() {
    for (Hierarchy hierarchy : hierarchies) {
      remove(hierarchy.all());
    }
  }

  /** Takes a group away in which nothing runs. */
  static void remove(Path group) {
    try {
      Files.deleteIfExists(group);
    } catch (IOException inUse) {
      return; // a task runs on without its agent
    }
  }

  /** For a log: what is limited, and where the tasks' groups are. */
  String inWords() {
    Set<String> limited = new TreeSet<>();
    hierarchies.forEach(hierarchy -> limited.addAll(hierarchy.controllers()));
    return hierarchies.get(0).all() + " limits=" + String.join(",", limited);
  }

  private static void limit(Path group, boolean unified, String controller, Grant grant)
      throws IOException {
    long bytes = grant.memoryMib() * MIB;
    long quotaUs = Math.max(1_000, grant.cpuMilli() * (PERIOD_US / 1_000L));
    switch (controller) {
      case "memory" -> {
        if (bytes > 0 && unified) {
          write(group, "memory.max", bytes);
          offer(group, "memory.swap.max", 0);
          offer(group, "memory.oom.group", 1);
        } else if (bytes > 0) {
          write(group, "memory.limit_in_bytes", bytes);
          offer(group, "memory.memsw.limit_in_bytes", bytes);
        }
      }
      case "cpu" -> {
        if (grant.cpuMilli() > 0 && unified) {
          write(group, "cpu.max", quotaUs + " " + PERIOD_US);
        } else if (grant.cpuMilli() > 0) {
          write(group, "cpu.cfs_period_us", PERIOD_US);
          write(group, "cpu.cfs_quota_us", quotaUs);
        }
      }
      default -> write(group, "pids.max", PIDS_MAX);
    }
  }

  /**
   * The tasks' groups go below this process's own, where the host manager expects them; or below
   * the nearest group above it that can limit more, because a group with other processes in it,
   * such as a login session, passes no controllers on.
   */
  private static Optional<Hierarchy> unified(
      Path mount, String own, String name, Predicate<Path> joins) {
    Path here = mount.resolve(own).normalize();
    Path parent = here.endsWith(LEAF) ? here.resolveSibling("") : here;
    Hierarchy best = null;
    while (parent != null && parent.startsWith(mount)) {
      Hierarchy found = below(parent, name, joins);
      boolean better =
          found != null && (best == null || found.controllers().size() > best.controllers().size());
      Hierarchy worse = better ? best : found;
      if (worse != null) {
        remove(worse.all());
      }
      best = better ? found : best;
      if (best != null && best.controllers().size() == LIMITING.size()) {
        break;
      }
      parent = parent.getParent();
    }
    return Optional.ofNullable(best);
  }

  private static @Nullable Hierarchy below(Path parent, String name, Predicate<Path> joins) {
    Path all = parent.resolve(name);
    Set<String> enabled = new TreeSet<>();
    try {
      Files.createDirectories(all);
      List<String> offered =
          Arrays.asList(Files.readString(parent.resolve("cgroup.controllers")).strip().split(" "));
      for (String controller : LIMITING) {
        if (offered.contains(controller)
            && passOn(parent, controller)
            && offer(all, "cgroup.subtree_control", "+" + controller)) {
          enabled.add(controller);
        }
      }
    } catch (IOException denied) {
      return null;
    }
    if (usable(all, "cgroup.kill", joins)) {
      return new Hierarchy(all, true, enabled);
    }
    remove(all);
    return null;
  }

  /** A group with processes passes nothing on: this one then makes room, if it is alone there. */
  private static boolean passOn(Path parent, String controller) throws IOException {
    String wanted = "+" + controller;
    if (offer(parent, "cgroup.subtree_control", wanted)) {
      return true;
    }
    String self = Long.toString(ProcessHandle.current().pid());
    if (!Files.readAllLines(parent.resolve("cgroup.procs")).equals(List.of(self))) {
      return false;
    }
    Path leaf = parent.resolve(LEAF);
    Files.createDirectories(leaf);
    return offer(leaf, "cgroup.procs", self) && offer(parent, "cgroup.subtree_control", wanted);
  }

  private static boolean usable(Path all, String file, Predicate<Path> joins) {
    Path trial = all.resolve("trial");
    try {
      Files.createDirectories(trial);
      boolean joined = joins.test(trial);
      boolean there = Files.isWritable(trial.resolve(file));
      remove(trial);
      return joined && there;
    } catch (IOException denied) {
      return false;
    }
  }

  /** This process's path in the hierarchy of {@code controller}, relative to its mount. */
  private static String ownPath(List<String> own, String controller) {
    for (String line : own) {
      String[] fields = line.split(":", 3);
      if (fields.length == 3 && Arrays.asList(fields[1].split(",", -1)).contains(controller)) {
        return fields[2].replaceFirst("^/+", "");
      }
    }
    return "";
  }

  private static void write(Path group, String file, Object value) throws IOException {
    Files.writeString(group.resolve(file), value.toString());
  }

  private static boolean offer(Path group, String file, Object value) {
    try {
      write(group, file, value);
      return true;
    } catch (IOException denied) {
      return false;
    }
  }
}
