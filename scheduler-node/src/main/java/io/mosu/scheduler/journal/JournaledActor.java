// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.StashBuffer;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;

/**
 * The shell around an entity's rules. It never stops for a failed write: it keeps the last
 * journaled ledger, answers reads and renewals from it, and goes on when its {@link WriterActor}
 * has recovered.
 *
 * <p>Group commit: what the rules decide while a batch is being written becomes the next batch.
 */
public final class JournaledActor<L, E, F> extends AbstractBehavior<Wire> implements Port.Askers {

  /** A query or command from the edge. */
  public record Asked(Wire query, ActorRef<Wire> replyTo) implements Wire {}

  /** Ends the entity: its shard moves. */
  public enum Stop implements Wire {
    INSTANCE
  }

  private enum WakeUp implements Wire {
    INSTANCE
  }

  /** What all entities of a scheduler node share. */
  public record Surroundings(StoreGate gate, Tally tally) {}

  private static final int STASH_MAX = 1_000;
  private static final int ASKERS_MAX = 50_000;
  private static final long GATE_RETRY_MS = 500;

  private final Port<L, E, F> port;
  private final Surroundings around;
  private final StashBuffer<Wire> stash;
  private final TimerScheduler<Wire> timers;
  private final ActorRef<WriterActor.Command<E>> writer;
  private final Map<Long, ActorRef<Wire>> askers = new HashMap<>();
  private long lastAsker;

  private @Nullable Rules<L, E, F> rules;
  private @Nullable L written;
  private boolean writable;
  private final GroupCommit<E, F> commit;
  private long batch;
  private long wakeAtTickMs = Long.MAX_VALUE;

  public static <L, E, F> Behavior<Wire> create(
      PersistenceId id, Port<L, E, F> port, Surroundings around, int snapshotEvery) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    Behaviors.withStash(
                        STASH_MAX,
                        stash ->
                            new JournaledActor<>(
                                context, timers, stash, id, port, around, snapshotEvery))));
  }

  private JournaledActor(
      ActorContext<Wire> context,
      TimerScheduler<Wire> timers,
      StashBuffer<Wire> stash,
      PersistenceId id,
      Port<L, E, F> port,
      Surroundings around,
      int snapshotEvery) {
    super(context);
    this.timers = timers;
    this.stash = stash;
    this.port = port;
    this.around = around;
    this.commit = new GroupCommit<>(effect -> port.carryOut(effect, this));
    this.writer =
        context.spawn(WriterActor.create(id, port, context.getSelf(), snapshotEvery), "writer");
    context.watch(writer); // if it ends for good, this entity ends, and sharding starts it anew
  }

  @Override
  public Receive<Wire> createReceive() {
    return newReceiveBuilder().onAnyMessage(this::onMessage).build();
  }

  @Override
  public void answer(long asker, Wire answer) {
    ActorRef<Wire> replyTo = askers.remove(asker);
    if (replyTo != null) {
      replyTo.tell(answer);
    }
  }

  private Behavior<Wire> onMessage(Wire message) {
    if (message instanceof WriterActor.Report report) {
      return onReport(report);
    } else if (message == Stop.INSTANCE) {
      return Behaviors.stopped();
    } else if (message == WakeUp.INSTANCE) {
      wakeAtTickMs = Long.MAX_VALUE;
      onWake(moment());
    } else if (rules == null) {
      stash(message);
    } else {
      take(message);
    }
    return this;
  }

  @SuppressWarnings("unchecked") // the writer is this entity's own and speaks of its ledger only
  private Behavior<Wire> onReport(WriterActor.Report report) {
    if (report instanceof WriterActor.Recovered<?> recovered) {
      written = (L) recovered.ledger();
      commit.forget(); // what was decided since the failure was decided without authority
      rules = port.rules(written, moment());
      writable = true;
      onWake(moment());
      return stash.unstashAll(this);
    } else if (report instanceof WriterActor.Written<?> done && done.batch() == batch) {
      written = (L) done.ledger();
      commit.written().forEach(effect -> port.carryOut(effect, this));
      flush();
    } else if (report instanceof WriterActor.Written<?> && !writable) {
      writer.tell(new WriterActor.Claim<>()); // given up too early: what it wrote holds
    } else if (report instanceof WriterActor.Failed failed) {
      block(failed.cause());
    }
    return this;
  }

  private void take(Wire message) {
    Wire seen = port.receive(message);
    if (seen == null) {
      return;
    }
    if (writable && commit.writing() && !around.gate().open()) {
      block("the database does not answer"); // or reads would wait for a write that may never end
    }
    Rules<L, E, F> mine = rules;
    Wire command = seen instanceof Asked asked ? asked.query() : seen;
    boolean blocked = (!writable || !around.gate().open()) && !port.readOnly(command);
    around.tally().message(command.getClass());
    if (seen instanceof Asked asked) {
      if (blocked || askers.size() >= ASKERS_MAX) {
        asked.replyTo().tell(unavailable());
        return;
      }
      askers.put(++lastAsker, asked.replyTo());
      seen = new Request(lastAsker, asked.query());
    }
    if (mine != null && !blocked) {
      mine.on(seen, moment(), commit);
      flush();
      schedule();
    }
  }

  private void onWake(Moment now) {
    Rules<L, E, F> mine = rules;
    if (mine == null) {
      return;
    }
    if (!writable || !around.gate().open()) {
      schedule(now.tickMs() + GATE_RETRY_MS, now);
      return;
    }
    mine.wake(now, commit);
    flush();
    schedule();
  }

  private void flush() {
    if (!writable) {
      return; // a write now could be done after the next claim, from an old ledger
    }
    List<E> events = commit.next();
    if (events.isEmpty()) {
      return;
    }
    events.forEach(event -> around.tally().row(event.getClass()));
    around.tally().add("writes", 1);
    writer.tell(new WriterActor.Write<>(events, ++batch));
  }

  /** A write failed: what depended on it is forgotten, its askers are told that nobody knows. */
  private void block(String cause) {
    if (writable) {
      getContext().getLog().warn("write failed, recovering cause={}", cause);
    }
    writable = false;
    batch++;
    commit.forget();
    askers
        .values()
        .forEach(
            replyTo ->
                replyTo.tell(
                    new Refused(Refusal.OUTCOME_UNKNOWN, "the database failed during the write")));
    askers.clear();
    if (written != null) {
      rules = port.rules(written, moment());
    } else {
      stash.forEach(
          message -> {
            if (message instanceof Asked asked) {
              asked.replyTo().tell(unavailable());
            }
          });
      stash.clear();
    }
  }

  private void stash(Wire message) {
    if (!stash.isFull()) {
      stash.stash(message);
    } else if (message instanceof Asked asked) {
      asked.replyTo().tell(new Refused(Refusal.NOT_READY, "the owner is still recovering"));
    }
  }

  private Refused unavailable() {
    return new Refused(Refusal.STORE_UNAVAILABLE, "the database does not take writes at present");
  }

  private void schedule() {
    Rules<L, E, F> mine = rules;
    if (mine != null) {
      schedule(mine.wakeAtTickMs(), moment());
    }
  }

  /** A timer that fires too early only looks again; one too late would be a missed deadline. */
  private void schedule(long atTickMs, Moment now) {
    if (atTickMs < wakeAtTickMs) {
      wakeAtTickMs = atTickMs;
      timers.startSingleTimer(
          WakeUp.INSTANCE, Duration.ofMillis(Math.max(1, atTickMs - now.tickMs())));
    }
  }

  private static Moment moment() {
    return new Moment(System.currentTimeMillis(), System.nanoTime() / 1_000_000);
  }
}
