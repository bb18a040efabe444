// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.api.WallFrame.Members;
import io.mosu.scheduler.board.Board;
import java.time.Duration;
import java.util.HashSet;
import java.util.Set;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.util.ByteString;

/**
 * Reads the board each second and tells every wall what changed. A wall gets a snapshot first and
 * then each tick, in order; what it gets is encoded once for all.
 */
final class WallActor extends AbstractBehavior<WallActor.Command> {
  private static final Duration PERIOD = Duration.ofSeconds(1);

  /** More walls than this are turned away. */
  private static final int CLIENTS_MAX = 1_000;

  /** What this actor takes. */
  sealed interface Command {}

  /** A wall begins to watch; it stops when {@code client} does. */
  record Watch(ActorRef<Told> client) implements Command {}

  private record Gone(ActorRef<Told> client) implements Command {}

  private enum Tick implements Command {
    INSTANCE
  }

  /** What a wall is told. */
  sealed interface Told {}

  /** One server-sent event. */
  record Event(ByteString bytes) implements Told {}

  /** There are too many walls. */
  enum Full implements Told {
    INSTANCE
  }

  private final Board board;
  private final WallHistory history = new WallHistory();
  private final Set<ActorRef<Told>> clients = new HashSet<>();
  private long id;

  static Behavior<Command> create(Board board) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerAtFixedRate(Tick.INSTANCE, PERIOD);
                  return new WallActor(context, board);
                }));
  }

  private WallActor(ActorContext<Command> context, Board board) {
    super(context);
    this.board = board;
    read();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Watch.class, this::onWatch)
        .onMessage(Gone.class, this::onGone)
        .onMessageEquals(Tick.INSTANCE, this::onTick)
        .build();
  }

  private Behavior<Command> onWatch(Watch watch) {
    if (clients.size() >= CLIENTS_MAX) {
      watch.client().tell(Full.INSTANCE);
      return this;
    }
    getContext().watchWith(watch.client(), new Gone(watch.client()));
    clients.add(watch.client());
    watch.client().tell(new Event(history.snapshot().encode("snapshot", id)));
    return this;
  }

  private Behavior<Command> onGone(Gone gone) {
    clients.remove(gone.client());
    return this;
  }

  private Behavior<Command> onTick() {
    WallFrame frame = read();
    if (!clients.isEmpty()) {
      Event event = new Event(frame.encode("tick", id));
      clients.forEach(client -> client.tell(event));
    }
    return this;
  }

  private WallFrame read() {
    id++;
    ClusterView cluster = ClusterView.of(getContext().getSystem());
    Members members =
        new Members(
            (int) cluster.members().stream().filter(m -> m.status().equals("Up")).count(),
            cluster.members().size());
    return history.read(board.offerings(), board.demands(), members, System.currentTimeMillis());
  }
}
