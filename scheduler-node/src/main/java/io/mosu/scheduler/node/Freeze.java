// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

/**
 * Operators' word that leases do not run out for a time, as while the control plane is away.
 *
 * @param untilMs wall time of its end, 0 if there was none
 * @param thawed whether it was ended early; agents that did not hear so go by it all the same
 */
public record Freeze(long untilMs, String reason, boolean thawed) {

  public static final Freeze NONE = new Freeze(0, "", false);

  /** How long it still lasts, 0 if it is over. */
  long leftMs(long nowWallMs) {
    return thawed ? 0 : Math.max(0, untilMs - nowWallMs);
  }

  /** How long an agent may go by it that has not heard of its early end. */
  long promisedMs(long nowWallMs) {
    return Math.max(0, untilMs - nowWallMs);
  }
}
