// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

/**
 * One line of the host's own record: what became of a task's processes here, whoever asks later.
 *
 * @param atTickMs of the host's clock, see {@link HostClock}
 * @param task whose; of an order that was refused, only its token is known
 * @param epoch the highest owner epoch seen
 * @param detail how it ended, or why it was refused
 */
public record Deed(long atTickMs, Kind kind, KnownTask task, long epoch, String detail) {

  /** What was done. */
  public enum Kind {
    /** Its processes were started; the time is that of the order, before any of them was. */
    START,
    /** None of its processes is left. */
    STOP,
    /** None is left, because its lease ran out. */
    FENCE,
    /** An order was not followed. */
    REJECT,
    /** An agent that was restarted found it running. */
    ADOPT
  }
}
