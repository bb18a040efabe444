// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * How a task ended.
 *
 * @param code the process's exit code, 128 + n for signal n; of a device fault its Xid
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
    /** Its lease ran out because the agent was silent; nobody saw it end. */
    LOST,
    /** By a signal that the agent did not send, or with an exit code that says so. */
    SIGNALED,
    /** The kernel killed a process of it that asked for more memory than was granted. */
    OUT_OF_MEMORY,
    /** Its own host ended it because its lease could not be renewed. */
    FENCED,
    /** Ended so that its node can be mended, or that another job gets its devices. */
    PREEMPTED,
    /** It ran for longer than its job allows. */
    TIME_LIMIT,
    /** It never ran: the archive of its working directory is gone or damaged. */
    NO_WORKDIR,
    /** A device under it went bad; the code is the Xid, 0 for another sign. */
    DEVICE_FAULT
  }

  /** The job's exit code for a task over its time limit, as {@code timeout} has it. */
  public static final int CODE_TIME_LIMIT = 124;

  /** The exit code of a process that was killed. */
  public static final int CODE_KILLED = 137;

  private static final int SIGNALED_ABOVE = 128;
  private static final int SIGNAL_MAX = 64;

  /** The end of a process that nobody here asked to end. */
  public static Exit ofProcess(int code) {
    return new Exit(
        code > SIGNALED_ABOVE && code <= SIGNALED_ABOVE + SIGNAL_MAX ? Kind.SIGNALED : Kind.EXITED,
        code);
  }

  public boolean success() {
    return kind == Kind.EXITED && code == 0;
  }

  /** Whether the task ended without being asked to. */
  public boolean byItself() {
    return kind == Kind.EXITED || kind == Kind.SIGNALED || kind == Kind.OUT_OF_MEMORY;
  }

  /** Whether the task itself is to blame, so that it counts as a failure of its job. */
  public boolean failure() {
    return (byItself() && !success()) || kind == Kind.TIME_LIMIT || kind == Kind.NO_WORKDIR;
  }

  /** Whether the host is to blame, so that the job goes elsewhere. */
  public boolean lost() {
    return kind == Kind.LOST
        || kind == Kind.FENCED
        || kind == Kind.PREEMPTED
        || kind == Kind.DEVICE_FAULT;
  }

  /** The signal's number; 0 if it did not end by one. */
  public int signal() {
    return kind == Kind.SIGNALED ? code - SIGNALED_ABOVE : 0;
  }
}
