// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.List;

/**
 * What else than room must be there before a job may start.
 *
 * @param hold whether it waits from the beginning until somebody releases it
 * @param dependencies on other jobs of the tenant; all must hold
 * @param beginMs wall time before which it must not start, 0 for none
 * @param deadlineMs wall time by which it must be able to end, by its time limit, or to start if it
 *     has none; 0 for none
 */
public record Conditions(
    boolean hold, List<Dependency> dependencies, long beginMs, long deadlineMs) {

  /** Room is all that it waits for. */
  public static final Conditions NONE = new Conditions(false);

  public Conditions {
    dependencies = List.copyOf(dependencies);
    if (dependencies.size() > Dependency.MAX || beginMs < 0 || deadlineMs < 0) {
      throw new IllegalArgumentException(
          "%d dependencies, begin %d, deadline %d"
              .formatted(dependencies.size(), beginMs, deadlineMs));
    }
  }

  /** On no other job. */
  public Conditions(boolean hold) {
    this(hold, List.of());
  }

  /** At any time. */
  public Conditions(boolean hold, List<Dependency> dependencies) {
    this(hold, dependencies, 0, 0);
  }

  /** The same conditions, within a span of wall time; 0 for no bound. */
  public Conditions within(long begin, long deadline) {
    return new Conditions(hold, dependencies, begin, deadline);
  }
}
