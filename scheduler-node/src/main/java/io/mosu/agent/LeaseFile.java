// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Until when a node's tasks may run, for the guard to read: {@code UNTIL_MS BOOT_ID GRACE_MS}, all
 * lines of one length, so that a new one takes the place of the old one on a full disk too.
 */
final class LeaseFile {
  private static final int LINE_LENGTH = 80;

  private LeaseFile() {}

  /**
   * Notes the lease.
   *
   * @param graceMs how much later the guard ends what the agent has not
   */
  static void write(Path file, long untilTickMs, String bootId, long graceMs) throws IOException {
    String words = untilTickMs + " " + bootId + " " + graceMs;
    String line = words + " ".repeat(Math.max(0, LINE_LENGTH - words.length())) + "\n";
    if (Files.exists(file) && Files.size(file) > LINE_LENGTH) {
      Files.writeString(file, line, StandardOpenOption.WRITE);
      return;
    }
    Path fresh = file.resolveSibling("." + file.getFileName() + ".new");
    Files.writeString(fresh, line);
    Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  /** Until when by the file, on the host's clock; 0 if there is none or it is of another boot. */
  static long untilTickMs(Path file, String bootId) throws IOException {
    if (!Files.exists(file)) {
      return 0;
    }
    String[] words = Files.readString(file).strip().split(" ", -1);
    return words.length >= 2 && words[1].equals(bootId) ? Long.parseLong(words[0]) : 0;
  }
}
