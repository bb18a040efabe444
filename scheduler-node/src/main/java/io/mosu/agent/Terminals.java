// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.stream.Collectors;

/**
 * Pseudo terminals by util-linux's {@code script}, which holds one outside this JVM: so it outlives
 * the agent's restart and stands behind the same fence as the task.
 */
final class Terminals {
  private static final String TYPE_DEFAULT = "xterm-256color";

  /** Of the device numbers of pseudo terminals' task side. */
  private static final int MAJOR_MIN = 136;

  private static final int MAJOR_MAX = 143;

  private Terminals() {}

  /** The words that run {@code argv} on a new terminal, with what it needs of the environment. */
  static List<String> argv(
      List<String> argv, int rows, int columns, Map<String, String> environment) {
    String shell = environment.get("SHELL");
    String line =
        (shell == null ? "unset SHELL" : "SHELL=" + quoted(shell))
            + (rows > 0 && columns > 0 ? "; stty rows " + rows + " cols " + columns : "")
            + "; exec "
            + argv.stream().map(Terminals::quoted).collect(Collectors.joining(" "));
    return List.of("env", "SHELL=/bin/sh", "script", "-qfec", line, "/dev/null");
  }

  /** The type of terminal, where {@code environment} names none. */
  static void putType(Map<String, String> environment) {
    environment.putIfAbsent("TERM", TYPE_DEFAULT);
  }

  /** Completes once done, with false if no process below {@code root} is on a terminal yet. */
  static CompletionStage<Boolean> resize(ProcessHandle root, int rows, int columns)
      throws IOException {
    Optional<Path> terminal =
        root.descendants().map(Terminals::of).flatMap(Optional::stream).findFirst();
    if (terminal.isEmpty()) {
      return CompletableFuture.completedStage(false);
    }
    return TaskProcess.fork(
            List.of(
                "stty",
                "-F",
                terminal.get().toString(),
                "rows",
                Integer.toString(rows),
                "cols",
                Integer.toString(columns)),
            Map.of())
        .onExit()
        .thenApply(stty -> stty.exitValue() == 0);
  }

  private static Optional<Path> of(ProcessHandle process) {
    try {
      String stat = Files.readString(Path.of("/proc", Long.toString(process.pid()), "stat"));
      String[] fields = stat.substring(stat.lastIndexOf(") ") + 2).split(" ", -1);
      int device = Integer.parseInt(fields[4]);
      int major = (device >> 8) & 0xfff;
      int minor = (device & 0xff) | ((device >> 12) & 0xfff00);
      return major < MAJOR_MIN || major > MAJOR_MAX
          ? Optional.empty()
          : Optional.of(Path.of("/dev/pts", Integer.toString((major - MAJOR_MIN) * 256 + minor)));
    } catch (IOException | NumberFormatException gone) {
      return Optional.empty();
    }
  }

  private static String quoted(String word) {
    return "'" + word.replace("'", "'\\''") + "'";
  }
}
