// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

/**
 * Who speaks for a node: what tells a restarted agent from a copy of it, from one on a rebooted
 * host, and from another agent.
 *
 * @param agent made once for a state directory and kept there
 * @param incarnation rises with every start of the agent
 * @param boot of the host, by its kernel
 * @param place of the state directory on its host: a copy has another
 * @param life drawn anew at every start, never 0
 */
public record Speaker(String agent, long incarnation, String boot, String place, long life) {

  /** Of an agent that does not tell. */
  public static final Speaker UNKNOWN = new Speaker("", 0, "", "", 0);

  /** Whether {@code later} can only be a later start of this very agent on the same boot. */
  public boolean restartedAs(Speaker later) {
    return agent.equals(later.agent) && boot.equals(later.boot) && place.equals(later.place);
  }
}
