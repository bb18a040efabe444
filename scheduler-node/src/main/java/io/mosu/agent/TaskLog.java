// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Optional;

/** Reads pieces of tasks' logs, wherever they lie. */
final class TaskLog {

  private static final LogRead.Piece UNKNOWN = new LogRead.Piece(false, 0, new byte[0], true);

  private TaskLog() {}

  /** What there is at the offset now; its bytes may be none. */
  static LogRead.Piece read(TaskFiles files, LogRead read) throws IOException {
    NodeId node = read.node();
    Optional<Path> live = files.live(node, read.token());
    if (live.isPresent()) {
      try {
        return piece(live.get(), read, false);
      } catch (NoSuchFileException movedOrNotYet) {
        if (Files.isDirectory(live.get())) {
          return new LogRead.Piece(true, read.offset(), new byte[0], false);
        }
      }
    }
    Optional<Path> ended = files.ended(node, read.token());
    if (ended.isEmpty()) {
      return UNKNOWN;
    }
    return Files.exists(ended.get().resolve("log"))
        ? piece(ended.get(), read, true)
        : new LogRead.Piece(true, read.offset(), new byte[0], true);
  }

  /** The first byte that is left: the guard drops the oldest part of a long log. */
  private static long trimmed(Path dir) throws IOException {
    Path from = dir.resolve("log.from");
    return Files.exists(from) ? Long.parseLong(Files.readString(from).strip()) : 0;
  }

  private static LogRead.Piece piece(Path dir, LogRead read, boolean ended) throws IOException {
    try (FileChannel log = FileChannel.open(dir.resolve("log"))) {
      long offset = Math.max(trimmed(dir), read.offset());
      long there = Math.max(0, log.size() - offset);
      int wanted = Math.max(0, Math.min(read.bytesMax(), LogRead.BYTES_MAX));
      ByteBuffer bytes = ByteBuffer.allocate((int) Math.min(there, wanted));
      while (bytes.hasRemaining() && log.read(bytes, offset + bytes.position()) >= 0) {}
      byte[] got = new byte[bytes.position()];
      bytes.flip().get(got);
      return new LogRead.Piece(true, offset, got, ended && got.length >= there);
    }
  }
}
