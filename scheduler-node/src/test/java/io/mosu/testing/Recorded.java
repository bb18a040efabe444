// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import io.mosu.scheduler.journal.Outcome;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps what rules decide, for tests to look at.
 *
 * @param <E> events
 * @param <F> effects
 */
public final class Recorded<E, F> implements Outcome<E, F> {

  private final List<E> events = new ArrayList<>();
  private final List<F> effects = new ArrayList<>();
  private final List<F> beforeAnyEvent = new ArrayList<>();

  @Override
  public void journal(E event) {
    events.add(event);
  }

  @Override
  public void after(F effect) {
    effects.add(effect);
    if (events.isEmpty()) {
      beforeAnyEvent.add(effect);
    }
  }

  @Override
  public void now(F effect) {
    effects.add(effect);
    beforeAnyEvent.add(effect);
  }

  public List<E> events() {
    return List.copyOf(events);
  }

  public List<F> effects() {
    return List.copyOf(effects);
  }

  /** Effects that did not wait for an event. */
  public List<F> unconditional() {
    return List.copyOf(beforeAnyEvent);
  }
}
