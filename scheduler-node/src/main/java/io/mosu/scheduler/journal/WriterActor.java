// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Wire;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.persistence.typed.JournalPersistFailed;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.apache.pekko.persistence.typed.RecoveryCompleted;
import org.apache.pekko.persistence.typed.RecoveryFailed;
import org.apache.pekko.persistence.typed.javadsl.CommandHandler;
import org.apache.pekko.persistence.typed.javadsl.Effect;
import org.apache.pekko.persistence.typed.javadsl.EventHandler;
import org.apache.pekko.persistence.typed.javadsl.EventSourcedBehavior;
import org.apache.pekko.persistence.typed.javadsl.RetentionCriteria;
import org.apache.pekko.persistence.typed.javadsl.SignalHandler;

/**
 * The child that writes an entity's journal, one batch at a time. After every recovery it claims
 * the next epoch before it reports; a twin left behind then fails on the journal's primary key.
 */
final class WriterActor<L, E> extends EventSourcedBehavior<WriterActor.Command<E>, E, L> {

  sealed interface Command<E> {}

  record Write<E>(List<E> events, long batch) implements Command<E> {}

  /** Claims the next epoch: at each recovery, and when the parent has given up on a write. */
  record Claim<E>() implements Command<E> {}

  /** What the parent hears. */
  sealed interface Report extends Wire {}

  record Recovered<L>(L ledger) implements Report {}

  record Written<L>(long batch, L ledger) implements Report {}

  /** The outcome of what was being written is unknown until the next recovery. */
  record Failed(String cause) implements Report {}

  private static final int SNAPSHOTS_KEPT = 2;

  private final ActorContext<Command<E>> context;
  private final Port<L, E, ?> port;
  private final ActorRef<Wire> parent;
  private final int snapshotEvery;

  static <L, E> Behavior<Command<E>> create(
      PersistenceId id, Port<L, E, ?> port, ActorRef<Wire> parent, int snapshotEvery) {
    return Behaviors.setup(c -> new WriterActor<>(c, id, port, parent, snapshotEvery));
  }

  private WriterActor(
      ActorContext<Command<E>> context,
      PersistenceId id,
      Port<L, E, ?> port,
      ActorRef<Wire> parent,
      int snapshotEvery) {
    super(
        id,
        SupervisorStrategy.restartWithBackoff(Duration.ofMillis(200), Duration.ofSeconds(2), 0.2));
    this.context = context;
    this.port = port;
    this.parent = parent;
    this.snapshotEvery = snapshotEvery;
  }

  @Override
  public L emptyState() {
    return port.blank();
  }

  @Override
  public CommandHandler<Command<E>, E, L> commandHandler() {
    return newCommandHandlerBuilder().forAnyState().onAnyCommand(this::onCommand);
  }

  private Effect<E, L> onCommand(L ledger, Command<E> command) {
    if (command instanceof Write<E> write) {
      return Effect()
          .persist(write.events())
          .thenRun(now -> parent.tell(new Written<>(write.batch(), now)));
    }
    return Effect()
        .persist(port.claim(ledger))
        .thenRun(claimed -> parent.tell(new Recovered<>(claimed)));
  }

  @Override
  public EventHandler<L, E> eventHandler() {
    return port::apply;
  }

  @Override
  public SignalHandler<L> signalHandler() {
    return newSignalHandlerBuilder()
        .onSignal(RecoveryCompleted.instance(), ledger -> context.getSelf().tell(new Claim<>()))
        .onSignal(
            JournalPersistFailed.class,
            (ledger, failed) -> parent.tell(new Failed(String.valueOf(failed.failure()))))
        .onSignal(
            RecoveryFailed.class,
            (ledger, failed) -> parent.tell(new Failed(String.valueOf(failed.failure()))))
        .build();
  }

  @Override
  public RetentionCriteria retentionCriteria() {
    return RetentionCriteria.snapshotEvery(snapshotEvery, SNAPSHOTS_KEPT);
  }
}
