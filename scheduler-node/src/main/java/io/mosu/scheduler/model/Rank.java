// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Comparator;

/**
 * The order in which negotiations yield to each other; it stays the same over a job's retries, so
 * that two gangs cannot wait for each other for ever.
 *
 * @param sinceMs wall time of the job's submission
 */
public record Rank(int priority, long sinceMs, JobId job) implements Comparable<Rank> {
  private static final Comparator<Rank> ORDER =
      Comparator.comparing(Rank::priority, Comparator.reverseOrder())
          .thenComparing(Rank::sinceMs)
          .thenComparing(Rank::job);

  /** Negative if this one goes first. */
  @Override
  public int compareTo(Rank other) {
    return ORDER.compare(this, other);
  }
}
