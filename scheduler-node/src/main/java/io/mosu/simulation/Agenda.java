// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import java.util.Comparator;
import java.util.PriorityQueue;

/**
 * Virtual time: what is to happen when. What is due together happens in the order it was planned.
 */
final class Agenda {

  private record Entry(long atMs, long order, Runnable action) {}

  private final PriorityQueue<Entry> entries =
      new PriorityQueue<>(Comparator.comparingLong(Entry::atMs).thenComparingLong(Entry::order));
  private long nowMs;
  private long planned;

  long nowMs() {
    return nowMs;
  }

  void in(long ms, Runnable action) {
    entries.add(new Entry(nowMs + Math.max(0, ms), ++planned, action));
  }

  /** Does the next thing; false if nothing is left. */
  boolean step() {
    Entry next = entries.poll();
    if (next == null) {
      return false;
    }
    nowMs = next.atMs();
    next.action().run();
    return true;
  }
}
