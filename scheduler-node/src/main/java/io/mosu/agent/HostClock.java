// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Moment;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * The host's clocks. Its tick counts on while the host sleeps and while no agent runs, as leases
 * do.
 */
final class HostClock {
  private static final int UPTIME_MAX = 64;

  private final @Nullable FileChannel uptime;

  HostClock() {
    FileChannel opened = null;
    try {
      opened = FileChannel.open(Path.of("/proc/uptime"));
    } catch (IOException absent) {
      // no Linux: ticks of the process, which is then the longest that tasks live
    }
    uptime = opened;
  }

  Moment now() {
    return new Moment(System.currentTimeMillis(), tickMs());
  }

  /** Milliseconds since the host's start, in steps of 10. */
  long tickMs() {
    if (uptime == null) {
      return System.nanoTime() / 1_000_000;
    }
    try {
      ByteBuffer bytes = ByteBuffer.allocate(UPTIME_MAX);
      uptime.read(bytes, 0);
      String text = new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII);
      int point = text.indexOf('.');
      return Long.parseLong(text.substring(0, point)) * 1_000
          + Long.parseLong(text.substring(point + 1, point + 3)) * 10;
    } catch (IOException unreadable) {
      throw new IllegalStateException("/proc/uptime cannot be read", unreadable);
    }
  }
}
