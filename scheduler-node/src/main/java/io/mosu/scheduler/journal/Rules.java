// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Wire;

/**
 * The pure half of an entity: a journaled ledger and what is only remembered. No actor, clock,
 * randomness or IO; the same object runs in production, simulation and fault simulation. After a
 * crash or a failed write a new one is made from the journaled ledger.
 *
 * @param <L> ledger, an immutable fold of events
 * @param <E> events
 * @param <F> effects
 */
public interface Rules<L, E, F> {

  /** The fold of all events, journaled or about to be. */
  L ledger();

  /** Takes in one message; those that it does not know are dropped. */
  void on(Wire message, Moment now, Outcome<E, F> out);

  /** When {@link #wake} is due, on the tick clock; {@link Long#MAX_VALUE} if nothing is. */
  long wakeAtTickMs();

  /** Does what has come due. */
  void wake(Moment now, Outcome<E, F> out);
}
