// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.io.PrintStream;
import java.util.concurrent.TimeUnit;

/** A bar that grows on one line of a terminal, or a line now and then where there is none. */
public final class Progress {
  private static final int WIDTH = 40;
  private static final long TERMINAL_NANOS = TimeUnit.MILLISECONDS.toNanos(100);
  private static final long LOG_NANOS = TimeUnit.SECONDS.toNanos(5);

  private final PrintStream out;
  private final String what;
  private final int total;
  private final boolean terminal;
  private final long beganNanos = System.nanoTime();
  private long shownNanos;

  public Progress(PrintStream out, String what, int total) {
    this.out = out;
    this.what = what;
    this.total = total;
    this.terminal = Boolean.getBoolean("mosu.terminal");
    this.shownNanos = beganNanos;
  }

  /** {@code done} of all are done. */
  public void at(int done) {
    long now = System.nanoTime();
    if (done < total && now - shownNanos < (terminal ? TERMINAL_NANOS : LOG_NANOS)) {
      return;
    }
    shownNanos = now;
    int filled = total == 0 ? WIDTH : (int) ((long) WIDTH * Math.min(done, total) / total);
    double seconds = (now - beganNanos) / 1e9;
    String line =
        "%s [%s%s] %,d of %,d, %.1f s, %,.0f/s"
            .formatted(
                what,
                "#".repeat(filled),
                ".".repeat(WIDTH - filled),
                done,
                total,
                seconds,
                done / Math.max(seconds, 1e-9));
    out.print(terminal ? "\r" + line + (done >= total ? "\n" : "") : line + "\n");
    out.flush();
  }
}
