// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Moment;

/** Until when a host's tasks may run, on a clock that outlives the agent and counts its sleep. */
final class HostLease {

  /** This part of the ttl is left for the end of what could not be renewed; it ends by force. */
  private static final long FENCE_PART = 10;

  private long ttlMs;
  private long untilTickMs;

  /** The sending of the latest renewal that was answered. */
  private long answeredTickMs;

  /** Until when a freeze lasts, 0 if there is none: the lease is then no shorter. */
  private long frozenUntilTickMs;

  HostLease(long untilTickMs) {
    this.untilTickMs = untilTickMs;
  }

  void setTtlMs(long ms) {
    ttlMs = ms;
  }

  long untilTickMs() {
    return untilTickMs;
  }

  long answeredTickMs() {
    return answeredTickMs;
  }

  long frozenMs(long nowTickMs) {
    return Math.max(0, frozenUntilTickMs - nowTickMs);
  }

  /** How long a task has whose lease has run out, before it is killed. */
  long graceMs() {
    return ttlMs / FENCE_PART / 2;
  }

  /**
   * An answer came. The deadline counts from the sending: the node's own wait began later.
   *
   * @return whether the deadline is another one now
   */
  boolean answered(long sentTickMs, long frozenMs, Moment now) {
    if (sentTickMs > now.tickMs() || sentTickMs < answeredTickMs) {
      return false; // of another boot, or overtaken
    }
    boolean other = untilTickMs > now.tickMs() + ttlMs; // of another boot, or of a freeze
    answeredTickMs = sentTickMs;
    frozenUntilTickMs = frozenMs > 0 ? sentTickMs + frozenMs : 0;
    long until = Math.max(sentTickMs + ttlMs - ttlMs / FENCE_PART, frozenUntilTickMs);
    boolean changed = until > untilTickMs || (other && until != untilTickMs);
    if (changed) {
      untilTickMs = until;
    }
    return changed;
  }

  /** Operators froze expiry on this host; whether that is longer than the lease. */
  boolean freeze(long tickMs) {
    boolean longer = tickMs > untilTickMs;
    if (longer) {
      frozenUntilTickMs = tickMs;
      untilTickMs = tickMs;
    }
    return longer;
  }
}
