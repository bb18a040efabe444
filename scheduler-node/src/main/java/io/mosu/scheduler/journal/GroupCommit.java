// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Consumer;

/**
 * The order of writing: what the rules decide while one batch is being written becomes the next,
 * and no effect leaves before the events that it follows are written.
 *
 * @param <E> events
 * @param <F> effects
 */
public final class GroupCommit<E, F> implements Outcome<E, F> {

  private final Consumer<F> carryOut;
  private boolean writing;
  private List<E> events = new ArrayList<>();
  private List<F> effects = new ArrayList<>();
  private List<F> effectsOfWrite = new ArrayList<>();

  public GroupCommit(Consumer<F> carryOut) {
    this.carryOut = carryOut;
  }

  @Override
  public void journal(E event) {
    events.add(event);
  }

  @Override
  public void after(F effect) {
    if (!events.isEmpty()) {
      effects.add(effect);
    } else if (writing) {
      effectsOfWrite.add(effect);
    } else {
      carryOut.accept(effect);
    }
  }

  @Override
  public void now(F effect) {
    carryOut.accept(effect);
  }

  /** Whether a batch was handed out and nobody has said what became of it. */
  boolean writing() {
    return writing;
  }

  /** The batch to write now; empty while another is being written, or if there is none. */
  public List<E> next() {
    if (writing || events.isEmpty()) {
      return List.of();
    }
    List<E> batch = List.copyOf(events);
    writing = true;
    effectsOfWrite = effects;
    events = new ArrayList<>();
    effects = new ArrayList<>();
    return batch;
  }

  /** The batch is written: the effects that may leave now, in order. */
  public List<F> written() {
    List<F> ready = effectsOfWrite;
    writing = false;
    effectsOfWrite = new ArrayList<>();
    return ready;
  }

  /** The outcome of a write is unknown: nothing that waited for it, or came after it, holds. */
  public void forget() {
    writing = false;
    events = new ArrayList<>();
    effects = new ArrayList<>();
    effectsOfWrite = new ArrayList<>();
  }
}
