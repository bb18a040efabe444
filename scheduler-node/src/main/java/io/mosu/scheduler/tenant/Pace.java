// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

/**
 * How many negotiations for like jobs a tenant may have open, and when the next may begin. Where
 * all tenants want what few nodes have, each that fails makes way: otherwise most of what nodes
 * answer is that somebody else's call holds their devices, and the less is placed the more is
 * asked.
 *
 * <p>The window grows by one with each success, which doubles it per round of negotiations, and is
 * halved by each failure, after <a href="https://doi.org/10.1145/52324.52356">Jacobson's</a>
 * congestion control.
 */
final class Pace {
  private static final long BACKOFF_FIRST_MS = 20;
  private static final int BACKOFF_DOUBLINGS = 7;

  private final int limit;
  private int window;
  private int live;
  private int failures;
  private long pausedUntilTickMs = Long.MIN_VALUE;

  /**
   * @param limit negotiations that a tenant may have open at once
   */
  Pace(int limit) {
    this.limit = limit;
    this.window = limit;
  }

  /** Whether one more may begin. */
  boolean open(long nowTickMs) {
    return live < window && nowTickMs >= pausedUntilTickMs;
  }

  /** When one more may begin, if the window leaves room then. */
  long opensAtTickMs() {
    return live < window ? pausedUntilTickMs : Long.MAX_VALUE;
  }

  void begun() {
    live++;
  }

  /** One ended without a word on how much room there is. */
  void ended() {
    live--;
  }

  void agreed() {
    live--;
    failures = 0;
    pausedUntilTickMs = Long.MIN_VALUE;
    window = Math.min(limit, window + 1);
  }

  /**
   * One found too little room; those that were open with it say no more than it did.
   *
   * @param chance in [0, 1), spreads the next tries of many tenants
   */
  void failed(long nowTickMs, double chance) {
    live--;
    window = Math.max(1, window / 2);
    if (nowTickMs >= pausedUntilTickMs) {
      long backoff = BACKOFF_FIRST_MS << Math.min(failures, BACKOFF_DOUBLINGS);
      pausedUntilTickMs = nowTickMs + backoff / 2 + (long) (chance * backoff);
      failures++;
    }
  }

  /** A node has said that it has room. */
  void invited() {
    pausedUntilTickMs = Long.MIN_VALUE;
  }

  boolean idle() {
    return live == 0;
  }

  /** Whether nothing is known that a new one would not assume. */
  boolean blank() {
    return live == 0 && window == limit && failures == 0;
  }
}
