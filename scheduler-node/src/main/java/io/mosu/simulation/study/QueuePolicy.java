// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.stream.Collectors;

/** How others order one queue for all tenants, and whether a job may pass those that do not fit. */
public enum QueuePolicy {
  /** As they came; who does not fit stops all behind it. */
  FIFO(false, false),
  /** As they came, passing those that do not fit. */
  FIFO_BACKFILL(false, true),
  /** The shortest first, as an oracle knows it. */
  SJF(true, false),
  /** The shortest first, passing those that do not fit. */
  SJF_BACKFILL(true, true);

  private final boolean shortest;
  private final boolean passes;

  QueuePolicy(boolean shortest, boolean passes) {
    this.shortest = shortest;
    this.passes = passes;
  }

  /** As it is written on a command line. */
  public String word() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  /** Whether a policy is written so. */
  public static boolean known(String word) {
    return Arrays.stream(values()).anyMatch(policy -> policy.word().equals(word));
  }

  /**
   * The policy that is written so.
   *
   * @throws IllegalArgumentException if there is none
   */
  public static QueuePolicy of(String word) {
    return Arrays.stream(values())
        .filter(policy -> policy.word().equals(word))
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("no policy '" + word + "'"));
  }

  /** All of them, as they are written. */
  public static String words() {
    return Arrays.stream(values()).map(QueuePolicy::word).collect(Collectors.joining(", "));
  }

  /** Whether the shortest goes first. */
  public boolean shortest() {
    return shortest;
  }

  /** Whether a job may pass those that do not fit. */
  public boolean passes() {
    return passes;
  }

  /** Of jobs by their place in the workload, which is in the order of submission. */
  Comparator<Integer> order(List<Long> durationsMs) {
    Comparator<Integer> order = Comparator.naturalOrder();
    return shortest
        ? Comparator.<Integer, Long>comparing(durationsMs::get).thenComparing(order)
        : order;
  }
}
