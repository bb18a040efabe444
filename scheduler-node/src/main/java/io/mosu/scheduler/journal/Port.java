// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Wire;
import org.jspecify.annotations.Nullable;

/**
 * What one kind of entity brings to a {@link JournaledActor}: its rules, and how their effects
 * reach the world.
 *
 * @param <L> ledger
 * @param <E> events
 * @param <F> effects
 */
public interface Port<L, E, F> {

  /** The ledger before any event. */
  L blank();

  /** The ledger after one more event. */
  L apply(L ledger, E event);

  /** The event by which a new owner of {@code ledger} claims the next epoch. */
  E claim(L ledger);

  /** The rules of a fresh owner. */
  Rules<L, E, F> rules(L ledger, Moment now);

  /**
   * What the rules are to see of a message; null for one that the port has dealt with by itself.
   */
  @Nullable Wire receive(Wire message);

  /** Whether the rules take {@code message} without journaling anything. */
  boolean readOnly(Wire message);

  /** Does what the rules want done. */
  void carryOut(F effect, Askers askers);

  /** Where answers to the edge go. */
  interface Askers {
    /** Answers once; an asker that is gone is not told. */
    void answer(long asker, Wire answer);
  }
}
