// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;

/** The verbs of {@code scripts/cluster}, run in this process's folder and environment. */
final class ClusterScript {
  private final PrintStream log;

  ClusterScript(PrintStream log) {
    this.log = log;
  }

  /** Runs a verb to its end. */
  void run(String... words) {
    List<String> command = new ArrayList<>(List.of("scripts/cluster"));
    command.addAll(List.of(words));
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
      log.print(said);
      if (process.waitFor() != 0) {
        throw new IllegalStateException(String.join(" ", command) + " failed: " + said.strip());
      }
    } catch (IOException absent) {
      throw new IllegalStateException("scripts/cluster cannot be run here: " + absent.getMessage());
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  /** Runs a verb beside what goes on. */
  CompletableFuture<Void> begin(String... words) {
    return CompletableFuture.runAsync(() -> run(words));
  }
}
