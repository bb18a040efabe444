// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/** {@code --fresh}: ends what an earlier agent of the directory left, and forgets who that was. */
final class FreshStart {

  private static final long STOP_LIMIT_S = 15;

  private FreshStart() {}

  static void in(Path state) throws IOException {
    Path absolute = state.toAbsolutePath().normalize();
    if (own(absolute)) {
      stopAll(absolute);
    }
    for (String name : List.of("journal", "identity", KnownDevices.FILE)) {
      Files.deleteIfExists(absolute.resolve(name));
    }
    for (Path lease : list(absolute.resolve("leases"))) {
      Files.delete(lease);
    }
    for (Path dir : taskDirs(absolute)) { // logs stay, as of all tasks that have ended
      Path to = absolute.resolve("ended").resolve(absolute.resolve("tasks").relativize(dir));
      Files.createDirectories(to.getParent());
      Files.move(dir, to);
    }
  }

  /** The pids in a copied directory are those of the other one's tasks. */
  private static boolean own(Path state) throws IOException {
    try {
      return Files.exists(state.resolve("identity")) && Identity.in(state) != null;
    } catch (IllegalArgumentException copy) {
      return false;
    }
  }

  private static void stopAll(Path state) throws IOException {
    List<Process> stops = new ArrayList<>();
    for (Path dir : taskDirs(state)) {
      stops.add(
          TaskProcess.fork(
              List.of("/bin/sh", state.resolve("task.sh").toString(), "stop", dir.toString(), "0"),
              Map.of()));
    }
    for (Process stop : stops) {
      try {
        if (!stop.waitFor(STOP_LIMIT_S, TimeUnit.SECONDS) || stop.exitValue() != 0) {
          throw new IOException("a task of the earlier agent in " + state + " does not end");
        }
      } catch (InterruptedException interrupted) {
        Thread.currentThread().interrupt();
      }
    }
  }

  private static List<Path> taskDirs(Path state) throws IOException {
    List<Path> dirs = new ArrayList<>();
    for (Path node : list(state.resolve("tasks"))) {
      dirs.addAll(list(node));
    }
    return dirs;
  }

  private static List<Path> list(Path dir) throws IOException {
    if (!Files.isDirectory(dir)) {
      return List.of();
    }
    try (Stream<Path> entries = Files.list(dir)) {
      return entries.toList();
    }
  }
}
