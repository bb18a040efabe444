// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * What else than room must be there before a job may start.
 *
 * @param hold whether it waits from the beginning until somebody releases it
 */
public record Conditions(boolean hold) {

  /** Room is all that it waits for. */
  public static final Conditions NONE = new Conditions(false);
}
