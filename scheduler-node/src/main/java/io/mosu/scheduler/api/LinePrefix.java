// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.apache.pekko.NotUsed;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Marks each line of one task's log with its rank, so that logs can be merged line by line. */
final class LinePrefix {
  /** A longer line is cut in two: the rest of the task's log must not wait for its end. */
  private static final int LINE_MAX = 64 << 10;

  private final byte[] prefix;
  private final ByteArrayOutputStream line = new ByteArrayOutputStream();

  private LinePrefix(int rank) {
    prefix = ("[" + rank + "] ").getBytes(StandardCharsets.UTF_8);
  }

  static Source<ByteString, NotUsed> of(int rank, Source<ByteString, NotUsed> bytes) {
    return bytes.statefulMap(
        () -> new LinePrefix(rank),
        (lines, piece) -> Pair.create(lines, lines.marked(piece.toArray())),
        lines -> Optional.of(lines.remainder()));
  }

  /** The lines that {@code piece} completes. */
  private ByteString marked(byte[] piece) {
    ByteArrayOutputStream out = new ByteArrayOutputStream(piece.length * 2);
    for (byte b : piece) {
      line.write(b);
      if (b == '\n' || line.size() >= LINE_MAX) {
        end(out);
      }
    }
    return ByteString.fromArray(out.toByteArray());
  }

  private ByteString remainder() {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    if (line.size() > 0) {
      line.write('\n');
      end(out);
    }
    return ByteString.fromArray(out.toByteArray());
  }

  private void end(ByteArrayOutputStream out) {
    out.writeBytes(prefix);
    out.writeBytes(line.toByteArray());
    line.reset();
  }
}
