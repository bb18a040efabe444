// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/**
 * Tries a device with a command of the operator's, such as {@code dcgmi diag -r 1}; without one,
 * what the vendor's tool says has to do. Blocks while it runs.
 *
 * @param command the program and its arguments, which sees the device alone; may be empty
 * @param limitS after so many seconds it has failed
 */
record DeviceCanary(List<String> command, long limitS) {

  static final long LIMIT_S = 120;
  private static final int OUTPUT_MAX = 65_536;

  DeviceCanary {
    command = List.copyOf(command);
  }

  /** How it ended; {@code detail} says why it failed. */
  record Verdict(boolean passed, String detail) {}

  Verdict run(String uuid) {
    if (command.isEmpty()) {
      return new Verdict(true, "");
    }
    ProcessBuilder builder = new ProcessBuilder(command).redirectErrorStream(true);
    builder
        .environment()
        .putAll(Map.of("CUDA_VISIBLE_DEVICES", uuid, "NVIDIA_VISIBLE_DEVICES", uuid));
    Process process;
    try {
      process = builder.start();
      process.getOutputStream().close();
    } catch (IOException absent) {
      return new Verdict(false, "the canary cannot be run: " + absent.getMessage());
    }
    CompletableFuture<String> output = CompletableFuture.supplyAsync(() -> read(process));
    try {
      if (!process.waitFor(limitS, TimeUnit.SECONDS)) {
        return new Verdict(false, "the canary took longer than " + limitS + " s");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      return new Verdict(false, "the canary was interrupted");
    } finally {
      process.descendants().forEach(ProcessHandle::destroyForcibly);
      if (process.isAlive()) { // of one that has ended it would close what is still to be read
        process.destroyForcibly();
      }
    }
    int code = process.exitValue();
    String last = output.join().strip().lines().reduce((first, second) -> second).orElse("");
    return code == 0
        ? new Verdict(true, "")
        : new Verdict(false, "the canary exited with code " + code + ": " + last);
  }

  private static String read(Process process) {
    try {
      byte[] head = process.getInputStream().readNBytes(OUTPUT_MAX);
      process.getInputStream().skip(Long.MAX_VALUE);
      return new String(head, StandardCharsets.UTF_8);
    } catch (IOException closed) {
      return "";
    }
  }
}
