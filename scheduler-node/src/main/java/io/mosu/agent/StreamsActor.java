// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.Collectors;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;

/**
 * The streams of the agent's connection, each a {@link StreamActor}, and the terminals of tasks:
 * one that nobody has been at for a while is hung up, and its task ends.
 */
final class StreamsActor extends AbstractBehavior<StreamsActor.Command> {

  private static final int STREAMS_MAX = 64;
  private static final int STREAMS_PER_TASK_MAX = 8;
  private static final int THREADS_MAX = 4 * STREAMS_MAX;

  /** Long enough for a client to begin, or to come back by another scheduler node. */
  private static final long UNATTENDED_MS = 60_000;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(5);

  sealed interface Command {}

  /** Answers to {@code answer}, which must only tell somebody. */
  record Open(long stream, StreamOpen open, Consumer<StreamSaid> answer) implements Command {}

  record Said(StreamSaid said) implements Command {}

  /** The connection, and all its streams with it. */
  enum Lost implements Command {
    CONNECTION
  }

  private enum Look implements Command {
    AT_TERMINALS
  }

  private record Ended(long stream, ActorRef<StreamActor.Command> actor) implements Command {}

  private record Stream(StreamOpen open, ActorRef<StreamActor.Command> actor) {}

  private final TaskFiles files;
  private final HostClock clock;
  private final Map<Long, Stream> streams = new HashMap<>();
  private final Map<TaskFiles.Terminal, Long> attendedTickMs = new HashMap<>();

  static Behavior<Command> create(TaskFiles files, HostClock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Look.AT_TERMINALS, LOOK_EVERY);
                  return new StreamsActor(context, files, clock);
                }));
  }

  private StreamsActor(ActorContext<Command> context, TaskFiles files, HostClock clock) {
    super(context);
    context.setLoggerName(StreamsActor.class);
    this.files = files;
    this.clock = clock;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Open.class, this::onOpen)
        .onMessage(Said.class, this::onSaid)
        .onMessage(Ended.class, this::onEnded)
        .onMessageEquals(Lost.CONNECTION, this::onLost)
        .onMessageEquals(Look.AT_TERMINALS, this::onLook)
        .build();
  }

  private Behavior<Command> onOpen(Open asked) {
    long ofTask = streams.values().stream().filter(other -> sameTask(other, asked.open())).count();
    if (streams.size() >= STREAMS_MAX
        || ofTask >= STREAMS_PER_TASK_MAX
        || FarThreads.living() >= THREADS_MAX) {
      String detail =
          ofTask >= STREAMS_PER_TASK_MAX
              ? "the task has " + ofTask + " streams already"
              : "the task's host has too many streams";
      asked
          .answer()
          .accept(
              new StreamSaid(
                  asked.stream(), 1, new StreamPart.Refused(Refusal.STREAM_LIMIT, detail)));
      return this;
    }
    ActorRef<StreamActor.Command> actor =
        getContext()
            .spawnAnonymous(
                StreamActor.create(files, asked.stream(), asked.open(), asked.answer()),
                DispatcherSelector.blocking());
    getContext().watchWith(actor, new Ended(asked.stream(), actor));
    streams.put(asked.stream(), new Stream(asked.open(), actor));
    return this;
  }

  private static boolean sameTask(Stream other, StreamOpen open) {
    return other.open().token() == open.token() && other.open().node().equals(open.node());
  }

  private Behavior<Command> onSaid(Said said) {
    Stream stream = streams.get(said.said().stream());
    if (stream != null) {
      stream.actor().tell(new StreamActor.Said(said.said()));
    }
    return this;
  }

  private Behavior<Command> onEnded(Ended ended) {
    Stream stream = streams.get(ended.stream());
    if (stream != null && stream.actor().equals(ended.actor())) {
      streams.remove(ended.stream());
    }
    return this;
  }

  private Behavior<Command> onLost() {
    streams.values().forEach(stream -> getContext().stop(stream.actor()));
    streams.clear();
    return this;
  }

  private Behavior<Command> onLook() {
    try {
      List<TaskFiles.Terminal> terminals = files.terminals();
      attendedTickMs.keySet().retainAll(Set.copyOf(terminals));
      Set<Map.Entry<NodeId, Long>> attended =
          streams.values().stream()
              .map(Stream::open)
              .filter(open -> open.target() instanceof StreamOpen.Terminal)
              .map(open -> Map.entry(open.node(), open.token()))
              .collect(Collectors.toSet());
      for (TaskFiles.Terminal terminal : terminals) {
        long now = clock.tickMs();
        if (attended.contains(Map.entry(terminal.node(), terminal.token()))) {
          attendedTickMs.put(terminal, now);
        } else if (now - attendedTickMs.computeIfAbsent(terminal, first -> now) > UNATTENDED_MS) {
          hangUp(terminal.dir());
        }
      }
    } catch (IOException failure) {
      getContext().getLog().warn("terminals not looked at", failure);
    }
    return this;
  }

  private void hangUp(Path dir) throws IOException {
    getContext().getLog().info("terminal hung up, nobody is at it dir={}", dir);
    List<String> words = new ArrayList<>(List.of("kill", "-s", "HUP"));
    files
        .runner(dir)
        .ifPresent(runner -> runner.descendants().forEach(p -> words.add(Long.toString(p.pid()))));
    TaskProcess.fork(words, Map.of());
  }
}
