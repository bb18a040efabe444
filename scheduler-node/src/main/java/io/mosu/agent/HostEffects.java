// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;

/** Collects, in order, what one input of {@link HostRules} leads to. */
public interface HostEffects {

  /** Keeps {@code task} over a restart; nothing said after this may happen before it is kept. */
  void remember(KnownTask task);

  /** Keeps the highest owner epoch seen; as for {@link #remember}. */
  void rememberEpoch(long epoch);

  void send(HostReport report);

  /** Starts the process; answered by {@code processStarted} or {@code processExited}. */
  void launch(HostOrder.StartTask start);

  /**
   * Ends all processes of the task, by force after its own grace or after this one if that is
   * shorter; may be said again with a shorter one. Answered by {@code processExited}.
   */
  void kill(long token, long graceMs);

  /**
   * The tasks may run until then, unless this is said again.
   *
   * @param graceMs how much later they are ended by force
   */
  void leasedUntil(long tickMs, long graceMs);

  /** Tries a device on which nothing runs; answered by {@code canaryEnded}. */
  void canary(String uuid, long number);

  /** Writes down what happened here. */
  void record(Deed deed);
}
