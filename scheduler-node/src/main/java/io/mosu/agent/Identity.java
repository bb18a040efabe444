// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.Speaker;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.SecureRandom;

/**
 * Who this agent is: a name made once for its state directory, and where that is. A copied
 * directory carries the name but not the place, so that it is told apart before it speaks.
 */
final class Identity {

  private static final SecureRandom RANDOM = new SecureRandom();

  private final String agent;
  private final String place;

  private Identity(String agent, String place) {
    this.agent = agent;
    this.place = place;
  }

  /**
   * Reads who the agent of {@code state} is, or makes that up at the first start.
   *
   * @throws IllegalArgumentException if the directory is a copy of another agent's
   */
  static Identity in(Path state) throws IOException {
    Path file = state.resolve("identity");
    if (!Files.exists(file)) {
      Path fresh = state.resolve("identity.new");
      Files.writeString(fresh, "");
      Files.writeString(fresh, "%016x %s\n".formatted(RANDOM.nextLong(), place(state, fresh)));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE);
    }
    String[] words = Files.readString(file).strip().split(" ", -1);
    String place = place(state, file);
    if (words.length != 2 || !words[1].equals(place)) {
      throw new IllegalArgumentException(
          "the state directory "
              + state
              + " is a copy of another agent's, which may run; start with --fresh to begin anew in"
              + " it, or give another --state");
    }
    return new Identity(words[0], place);
  }

  /** Who speaks from this start on. */
  Speaker speaker(long incarnation, String bootId) {
    return new Speaker(agent, incarnation, bootId, place, 1 + RANDOM.nextLong(Long.MAX_VALUE));
  }

  /** The directory and the file themselves, whatever their path; a copy has others. */
  private static String place(Path state, Path file) throws IOException {
    return inode(state) + "-" + inode(file);
  }

  private static String inode(Path path) throws IOException {
    try {
      return Files.getAttribute(path, "unix:ino").toString();
    } catch (UnsupportedOperationException | IllegalArgumentException elsewhere) {
      return path.toAbsolutePath().normalize().toString();
    }
  }
}
