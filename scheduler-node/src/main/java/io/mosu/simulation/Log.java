// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;

/**
 * The journal of one entity: whoever appends must know how much there is, as a primary key over
 * sequence numbers makes sure of.
 *
 * @param <L> ledger
 * @param <E> events
 */
final class Log<L, E> {

  private final L blank;
  private final BiFunction<L, E, L> apply;
  private final BiConsumer<L, E> written;
  private final List<E> events = new ArrayList<>();
  private final boolean kept;
  private int size;
  private L ledger;

  /**
   * @param kept whether a recovery reads events; else, what they came to, which takes less memory
   * @param written hears every event as it becomes durable, with the ledger after it
   */
  Log(boolean kept, L blank, BiFunction<L, E, L> apply, BiConsumer<L, E> written) {
    this.kept = kept;
    this.blank = blank;
    this.ledger = blank;
    this.apply = apply;
    this.written = written;
  }

  L ledger() {
    return ledger;
  }

  int size() {
    return size;
  }

  /** Writes all events or, if another wrote since, none. */
  boolean append(int expected, List<E> batch) {
    if (size != expected) {
      return false;
    }
    for (E event : batch) {
      ledger = apply.apply(ledger, event);
      size++;
      if (kept) {
        events.add(event);
      }
      written.accept(ledger, event);
    }
    return true;
  }

  /** The ledger as a recovery finds it: event by event from the first. */
  L replay() {
    L replayed = kept ? blank : ledger;
    for (E event : events) {
      replayed = apply.apply(replayed, event);
    }
    return replayed;
  }
}
