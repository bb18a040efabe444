// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.Refusal;

/**
 * What the two sides of a stream, a client and an agent, say to each other. Parts arrive in order
 * or, with the connection, not at all.
 */
public sealed interface StreamPart {

  /** The most bytes of one part. */
  int BYTES_MAX = 16 * 1024;

  /** The agent has opened the stream; first or never. */
  record Opened() implements StreamPart {}

  /** The agent has not opened it; first and last. */
  record Refused(Refusal reason, String detail) implements StreamPart {}

  /** The ways that bytes go. */
  enum Channel {
    /** To the task. */
    INPUT,
    /** From the task. */
    OUTPUT,
    /** From the task: standard error, where it is apart. */
    ERROR
  }

  /** Bytes; {@code last} if the channel ends after them. */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  record Data(Channel channel, byte[] bytes, boolean last) implements StreamPart {}

  /** The side that says it has taken in so much of what was sent. */
  record Credit(int bytes) implements StreamPart {}

  /** The terminal has a new size. */
  record Resize(int rows, int columns) implements StreamPart {}

  /** Passes a signal on to the command. */
  record Signal(Kind kind) implements StreamPart {

    /** Those that a client may pass on. */
    public enum Kind {
      HUP(1),
      INT(2),
      QUIT(3),
      USR1(10),
      USR2(12),
      TERM(15);

      private final int number;

      Kind(int number) {
        this.number = number;
      }

      /** Its number on Linux. */
      public int number() {
        return number;
      }
    }
  }

  /** Why a stream is over. */
  enum End {
    /** The command ended, with its exit code. */
    EXITED,
    /** The far side closed the connection, or the task ended. */
    FINISHED,
    /** The client went away. */
    LEFT,
    /** Nothing was said for too long. */
    IDLE,
    /** It was open for as long as a stream may be. */
    TOO_LONG,
    /** A part of the way broke, or broke the rules. */
    BROKEN
  }

  /**
   * The last part, of either side.
   *
   * @param exitCode 0 to 255, 128 + n for signal n; 0 but for {@link End#EXITED}
   * @param detail for a person, or empty
   */
  record Closed(End end, int exitCode, String detail) implements StreamPart {}
}
