// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

/**
 * Collects, in order, what one message leads to.
 *
 * @param <E> events
 * @param <F> effects
 */
public interface Outcome<E, F> {

  /** Journals {@code event}; the rules have applied it to their ledger already. */
  void journal(E event);

  /** Lets {@code effect} happen once all that was journaled so far is written. */
  void after(F effect);

  /** Lets {@code effect} happen at once: it promises nothing that a crash could take back. */
  void now(F effect);
}
