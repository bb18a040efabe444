// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The machine that a figure belongs to. */
final class Machine {
  private static final Path CPU_INFO = Path.of("/proc/cpuinfo");
  private static final Path MEMORY_INFO = Path.of("/proc/meminfo");

  private Machine() {}

  static String describe() {
    return "%d cores%s%s, %s %s, Java %s"
        .formatted(
            Runtime.getRuntime().availableProcessors(),
            field(CPU_INFO, "model name", ", "),
            field(MEMORY_INFO, "MemTotal", ", memory "),
            System.getProperty("os.name"),
            System.getProperty("os.version"),
            System.getProperty("java.version"));
  }

  private static String field(Path file, String name, String before) {
    try {
      return Files.readAllLines(file).stream()
          .filter(line -> line.startsWith(name))
          .map(line -> before + line.substring(line.indexOf(':') + 1).strip())
          .findFirst()
          .orElse("");
    } catch (IOException absent) {
      return ""; // another operating system
    }
  }
}
