// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;

/**
 * Where a task's log goes: straight out, or, where several tasks share the output, in whole lines
 * that say whose they are.
 */
final class LogSink {
  private static final int LINE_BYTES_MAX = 64 << 10;

  private final PrintStream out;
  private final byte[] prefix;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  LogSink(PrintStream out, String prefix) {
    this.out = out;
    this.prefix = prefix.getBytes(StandardCharsets.UTF_8);
  }

  void write(byte[] bytes, int length) {
    if (prefix.length == 0) {
      out.write(bytes, 0, length);
      out.flush();
      return;
    }
    int start = 0;
    for (int at = 0; at < length; at++) {
      if (bytes[at] == '\n') {
        line.write(bytes, start, at + 1 - start);
        start = at + 1;
        writeLine();
      }
    }
    line.write(bytes, start, length - start);
    if (line.size() > LINE_BYTES_MAX) {
      end();
    }
  }

  /** Says in its place that so many bytes of a long log were dropped. */
  void gap(long bytes) {
    end();
    byte[] told =
        "[mosu: %d bytes of this log were dropped]%n"
            .formatted(bytes)
            .getBytes(StandardCharsets.UTF_8);
    write(told, told.length);
  }

  /** Writes a last line that its task did not end. */
  void end() {
    if (line.size() > 0) {
      line.write('\n');
      writeLine();
    }
  }

  private void writeLine() {
    synchronized (out) {
      out.write(prefix, 0, prefix.length);
      out.write(line.toByteArray(), 0, line.size());
      out.flush();
    }
    line.reset();
  }

  /** The reader of the output has gone, as with {@code mosu logs -f | head}. */
  boolean isClosed() {
    return out.checkError();
  }
}
