// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * How a task ended.
 *
 * @param code the process's exit code, 128 + n for signal n; 0 to 255
 */
public record Exit(Kind kind, int code) {
  /** The ways to end. */
  public enum Kind {
    /** By itself, with its exit code. */
    EXITED,
    /** Stopped because its job was cancelled or a task of its gang ended. */
    STOPPED,
    /** It never ran: the agent could not start it. */
    NOT_STARTED,
    /** Its lease ran out because the agent was silent. */
    LOST
  }

  public boolean success() {
    return kind == Kind.EXITED && code == 0;
  }
}
