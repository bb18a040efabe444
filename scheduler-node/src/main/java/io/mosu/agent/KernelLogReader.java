// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.Consumer;

/**
 * Reads the kernel's log in a thread of its own, from the host's start on: each read of {@code
 * /dev/kmsg} waits for the next record. A plain file is followed as it grows.
 */
final class KernelLogReader implements Runnable {
  static final Path KERNEL = Path.of("/dev/kmsg");

  private static final int RECORD_MAX = 8_192;
  private static final long LOOK_MS = 200;

  /** A log that cannot be read any more is given up after so many failures in a row. */
  private static final int FAILURES_MAX = 100;

  private final Path log;
  private final Consumer<String> lines;
  private final StringBuilder rest = new StringBuilder();

  private KernelLogReader(Path log, Consumer<String> lines) {
    this.log = log;
    this.lines = lines;
  }

  /** Begins to read; the thread ends with the process, or when it is interrupted. */
  static Thread start(Path log, Consumer<String> lines) {
    Thread thread = new Thread(new KernelLogReader(log, lines), "kernel-log");
    thread.setDaemon(true);
    thread.start();
    return thread;
  }

  @Override
  public void run() {
    byte[] bytes = new byte[RECORD_MAX];
    int failures = 0;
    try (InputStream in = Files.newInputStream(log)) {
      while (!Thread.currentThread().isInterrupted() && failures < FAILURES_MAX) {
        int count;
        try {
          count = in.read(bytes);
          failures = 0;
        } catch (IOException overwritten) {
          failures++; // the kernel was faster: the next read goes on with the oldest record left
          continue;
        }
        if (count > 0) {
          take(new String(bytes, 0, count, StandardCharsets.UTF_8));
        } else {
          Thread.sleep(LOOK_MS);
        }
      }
    } catch (IOException unreadable) {
      lines.accept("");
    } catch (InterruptedException over) {
      Thread.currentThread().interrupt();
    }
  }

  private void take(String text) {
    rest.append(text);
    for (int end = rest.indexOf("\n"); end >= 0; end = rest.indexOf("\n")) {
      lines.accept(rest.substring(0, end));
      rest.delete(0, end + 1);
    }
    if (rest.length() > RECORD_MAX) {
      rest.setLength(0);
    }
  }
}
