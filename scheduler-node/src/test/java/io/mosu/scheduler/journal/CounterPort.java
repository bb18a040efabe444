// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Wire;
import org.apache.pekko.actor.typed.ActorRef;
import org.jspecify.annotations.Nullable;

/** The smallest entity: it counts, and tells a probe what left it. */
final class CounterPort implements Port<CounterPort.Count, CounterPort.Event, CounterPort.Effect> {

  /** The ledger: its epoch and how often it was told to add. */
  record Count(long epoch, int sum) implements Wire {}

  sealed interface Event extends Wire {}

  record Claimed(long epoch) implements Event {}

  record Added() implements Event {}

  sealed interface Effect {}

  /** Tells the probe; {@code sum} as it was when decided. */
  record Tell(String what, int sum) implements Effect {}

  record Answer(long asker, Wire answer) implements Effect {}

  /** Adds one; the probe hears "early" at once and "late" once it is written. */
  record Add() implements Wire {}

  /** Answered with the sum once it is written. */
  record AddAsked() implements Wire {}

  record Get() implements Wire {}

  record Sum(int value) implements Wire {}

  private final ActorRef<Tell> probe;

  CounterPort(ActorRef<Tell> probe) {
    this.probe = probe;
  }

  @Override
  public Count blank() {
    return new Count(0, 0);
  }

  @Override
  public Count apply(Count count, Event event) {
    return event instanceof Claimed claimed
        ? new Count(claimed.epoch(), count.sum())
        : new Count(count.epoch(), count.sum() + 1);
  }

  @Override
  public Event claim(Count count) {
    return new Claimed(count.epoch() + 1);
  }

  @Override
  public Rules<Count, Event, Effect> rules(Count count, Moment now) {
    probe.tell(new Tell("epoch " + count.epoch(), count.sum()));
    return new CounterRules(count);
  }

  @Override
  public @Nullable Wire receive(Wire message) {
    return message;
  }

  @Override
  public boolean readOnly(Wire message) {
    return message instanceof Get;
  }

  @Override
  public void carryOut(Effect effect, Askers askers) {
    if (effect instanceof Tell tell) {
      probe.tell(tell);
    } else if (effect instanceof Answer answer) {
      askers.answer(answer.asker(), answer.answer());
    }
  }

  private final class CounterRules implements Rules<Count, Event, Effect> {
    private Count count;

    CounterRules(Count count) {
      this.count = count;
    }

    @Override
    public Count ledger() {
      return count;
    }

    @Override
    public void on(Wire message, Moment now, Outcome<Event, Effect> out) {
      Wire command = message instanceof Request request ? request.query() : message;
      if (command instanceof Add || command instanceof AddAsked) {
        count = apply(count, new Added());
        out.journal(new Added());
      }
      if (command instanceof Add) {
        out.now(new Tell("early", count.sum()));
        out.after(new Tell("late", count.sum()));
      } else if (message instanceof Request request) {
        out.after(new Answer(request.asker(), new Sum(count.sum())));
      }
    }

    @Override
    public long wakeAtTickMs() {
      return Long.MAX_VALUE;
    }

    @Override
    public void wake(Moment now, Outcome<Event, Effect> out) {}
  }
}
