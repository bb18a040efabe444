// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/**
 * A child of this JVM, which reaps it, with its output in a log file. It does not outlive the JVM's
 * regular end.
 */
final class ForkedProcess {

  private static final long POLL_MS = 50;
  private static final Duration REAPED = Duration.ofSeconds(10);
  private static final Duration COMMAND_LIMIT = Duration.ofSeconds(60);
  private static final int TAIL_LINES = 12;

  private final Process process;
  private final Path log;

  private ForkedProcess(Process process, Path log) {
    this.process = process;
    this.log = log;
  }

  static ForkedProcess start(ProcessBuilder builder, Path log) {
    try {
      Process process =
          builder
              .redirectErrorStream(true)
              .redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()))
              .start();
      process.getOutputStream().close();
      Runtime.getRuntime().addShutdownHook(new Thread(process::destroyForcibly));
      return new ForkedProcess(process, log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  boolean isAlive() {
    return process.isAlive();
  }

  long pid() {
    return process.pid();
  }

  /** Whether it ends in time, with exit status 0; it is not left running. */
  boolean succeeds(Duration limit) {
    if (!ended(limit)) {
      kill9();
    }
    return process.exitValue() == 0;
  }

  /** Whether the condition came true in time, while the process lived. */
  boolean awaitWhileAlive(BooleanSupplier condition, Duration limit) {
    long end = System.nanoTime() + limit.toNanos();
    while (!condition.getAsBoolean()) {
      if (ended(Duration.ofMillis(POLL_MS)) || System.nanoTime() > end) {
        return false;
      }
    }
    return true;
  }

  /** Sends a signal by its name: TERM, INT, KILL, STOP, CONT. */
  void signal(String name) {
    if (process.isAlive()) {
      run(new ProcessBuilder("kill", "-" + name, Long.toString(process.pid())), log);
    }
  }

  void kill9() {
    process.destroyForcibly();
    if (!ended(REAPED)) {
      throw new IllegalStateException("pid " + process.pid() + " survives kill -9");
    }
  }

  /** Asks by a signal, insists after the limit; true where asking was enough. */
  boolean stop(String signal, Duration limit) {
    signal(signal);
    if (ended(limit)) {
      return true;
    }
    kill9();
    return false;
  }

  boolean ended(Duration limit) {
    try {
      return process.waitFor(limit.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      process.destroyForcibly();
      return true;
    }
  }

  String tail() {
    return tail(log);
  }

  /** Runs a command to its end. */
  static void run(ProcessBuilder builder, Path log) {
    ForkedProcess forked = start(builder, log);
    if (!forked.succeeds(COMMAND_LIMIT)) {
      throw new IllegalStateException(
          String.join(" ", builder.command()) + " failed:\n" + forked.tail());
    }
  }

  private static String tail(Path log) {
    try {
      List<String> lines = Files.readAllLines(log);
      int from = Math.max(0, lines.size() - TAIL_LINES);
      return String.join("\n", lines.subList(from, lines.size()));
    } catch (IOException failure) {
      return "no log: " + failure;
    }
  }
}
