// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.List;

/**
 * What else than room must be there before a job may start.
 *
 * @param hold whether it waits from the beginning until somebody releases it
 * @param dependencies on other jobs of the tenant; all must hold
 */
public record Conditions(boolean hold, List<Dependency> dependencies) {

  /** Room is all that it waits for. */
  public static final Conditions NONE = new Conditions(false);

  public Conditions {
    dependencies = List.copyOf(dependencies);
    if (dependencies.size() > Dependency.MAX) {
      throw new IllegalArgumentException(dependencies.size() + " dependencies");
    }
  }

  /** On no other job. */
  public Conditions(boolean hold) {
    this(hold, List.of());
  }
}
