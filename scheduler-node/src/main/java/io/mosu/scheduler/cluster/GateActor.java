// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.scheduler.journal.StoreGate;
import java.net.ConnectException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Looks after the database and keeps the gate shut while it does not answer, so that requests are
 * refused at once instead of waiting for a time-out.
 */
public final class GateActor extends AbstractBehavior<GateActor.Command> {

  sealed interface Command {}

  private enum Look implements Command {
    INSTANCE
  }

  private enum Late implements Command {
    INSTANCE
  }

  private record Seen(boolean answers, String cause) implements Command {}

  private static final Duration EVERY = Duration.ofMillis(500);

  /** Longer than a busy database takes for one trivial query. */
  private static final Duration LATE_AFTER = Duration.ofSeconds(3);

  private final StoreGate gate;
  private final StoreProbe probe;
  private final JournalPool pool = new JournalPool();
  private final TimerScheduler<Command> timers;
  private final Executor blocking;

  public static Behavior<Command> create(StoreGate gate, StoreProbe probe) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new GateActor(context, timers, gate, probe)));
  }

  private GateActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      StoreGate gate,
      StoreProbe probe) {
    super(context);
    this.timers = timers;
    this.gate = gate;
    this.probe = probe;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    timers.startSingleTimer(Look.INSTANCE, EVERY);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Look.class, look -> onLook())
        .onMessage(Late.class, late -> onSeen(new Seen(false, "no answer"), false))
        .onMessage(Seen.class, seen -> onSeen(seen, true))
        .build();
  }

  private Behavior<Command> onLook() {
    timers.startSingleTimer(Late.INSTANCE, LATE_AFTER);
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(this::look, blocking),
            (seen, failure) -> seen != null ? seen : new Seen(false, String.valueOf(failure)));
    return this;
  }

  private Seen look() {
    try {
      probe.look();
      pool.resume();
      return new Seen(true, "");
    } catch (SQLException failure) {
      if (refused(failure)) {
        pool.suspend(); // not where it is only slow: then writes may still succeed
      }
      return new Seen(false, String.valueOf(failure.getMessage()));
    }
  }

  private static boolean refused(Throwable failure) {
    return failure instanceof ConnectException
        || (failure.getCause() != null && refused(failure.getCause()));
  }

  private Behavior<Command> onSeen(Seen seen, boolean done) {
    if (done) {
      timers.cancel(Late.INSTANCE);
      timers.startSingleTimer(Look.INSTANCE, EVERY);
    }
    if (gate.open() != seen.answers()) {
      getContext()
          .getLog()
          .warn("database {} cause={}", seen.answers() ? "is back" : "is away", seen.cause());
    }
    gate.set(seen.answers());
    return this;
  }
}
