// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.transcript;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Wire;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiFunction;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The rules of one entity, whose journal writes at once: it speaks, writes, and speaks of what is
 * written.
 */
final class Player<L, E extends Wire, F> {

  private final String name;
  private final BiFunction<L, E, L> apply;
  private final Function<L, E> claim;
  private final BiFunction<L, Moment, Rules<L, E, F>> recover;
  private final Consumer<String> told;
  private final Consumer<F> carryOut;
  private L ledger;
  private Rules<L, E, F> rules;

  Player(
      String name,
      L blank,
      BiFunction<L, E, L> apply,
      Function<L, E> claim,
      BiFunction<L, Moment, Rules<L, E, F>> recover,
      Consumer<String> told,
      Consumer<F> carryOut,
      Moment now) {
    this.name = name;
    this.apply = apply;
    this.claim = claim;
    this.recover = recover;
    this.told = told;
    this.carryOut = carryOut;
    this.ledger = apply.apply(blank, claim.apply(blank));
    this.rules = recover.apply(ledger, now);
  }

  L ledger() {
    return ledger;
  }

  long wakeAtTickMs() {
    return rules.wakeAtTickMs();
  }

  /** Loses all but the journal. */
  void crash(Moment now) {
    write(claim.apply(ledger));
    rules = recover.apply(ledger, now);
  }

  void hear(Wire message, Moment now) {
    Turn turn = new Turn();
    rules.on(message, now, turn);
    turn.finish();
  }

  void wake(Moment now) {
    Turn turn = new Turn();
    rules.wake(now, turn);
    turn.finish();
  }

  private void write(E event) {
    ledger = apply.apply(ledger, event);
    told.accept(name + " journals " + Spoken.of(event));
  }

  private final class Turn implements Outcome<E, F> {
    private final List<E> events = new ArrayList<>();
    private final List<F> after = new ArrayList<>();

    @Override
    public void journal(E event) {
      events.add(event);
    }

    @Override
    public void after(F effect) {
      after.add(effect);
    }

    @Override
    public void now(F effect) {
      carryOut.accept(effect);
    }

    void finish() {
      events.forEach(Player.this::write);
      after.forEach(carryOut);
    }
  }
}
