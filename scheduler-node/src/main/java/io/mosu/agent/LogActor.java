// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.LogRead;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.stream.Stream;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/**
 * Answers reads of tasks' logs, at once or when there is something to read, and deletes the oldest
 * of those that ended. It reads files, so it needs a dispatcher for that.
 */
final class LogActor extends AbstractBehavior<LogActor.Command> {

  private static final int ENDED_KEPT = 1_000;
  private static final Duration ENDED_KEPT_FOR = Duration.ofDays(7);
  private static final int WAITING_MAX = 1_024;
  private static final long WAIT_MAX_MS = 25_000;

  /** A task that is just being started has no log yet. */
  private static final long UNKNOWN_WAIT_MAX_MS = 1_000;

  private static final Duration LOOK_EVERY = Duration.ofMillis(50);

  sealed interface Command {}

  /** Answers to {@code answer}, which must only tell somebody. */
  record Read(LogRead read, Consumer<LogRead.Piece> answer) implements Command {}

  /** One more task's directory among those that ended. */
  record Retired(Path dir) implements Command {}

  private enum Look implements Command {
    AGAIN
  }

  private record Waiting(Read read, long unknownUntilTickMs, long untilTickMs) {}

  private final TaskFiles files;
  private final HostClock clock;
  private final TimerScheduler<Command> timers;
  private final Deque<Path> ended;
  private final List<Waiting> waiting = new ArrayList<>();

  static Behavior<Command> create(TaskFiles files, HostClock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new LogActor(
                        context, timers, files, clock, new ArrayDeque<>(files.endedByAge()))));
  }

  private LogActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      TaskFiles files,
      HostClock clock,
      Deque<Path> ended) {
    super(context);
    context.setLoggerName(LogActor.class);
    this.timers = timers;
    this.files = files;
    this.clock = clock;
    this.ended = ended;
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Read.class, this::onRead)
        .onMessage(Retired.class, this::onRetired)
        .onMessage(Look.class, look -> onLook())
        .build();
  }

  private Behavior<Command> onRead(Read read) {
    long now = clock.tickMs();
    long waitMs = waiting.size() < WAITING_MAX ? Math.min(read.read().waitMs(), WAIT_MAX_MS) : 0;
    Waiting asked = new Waiting(read, now + Math.min(waitMs, UNKNOWN_WAIT_MAX_MS), now + waitMs);
    if (!answered(asked)) {
      waiting.add(asked);
      lookAgain();
    }
    return this;
  }

  private Behavior<Command> onLook() {
    waiting.removeIf(this::answered);
    if (!waiting.isEmpty()) {
      lookAgain();
    }
    return this;
  }

  private void lookAgain() {
    if (!timers.isTimerActive(Look.AGAIN)) {
      timers.startSingleTimer(Look.AGAIN, LOOK_EVERY);
    }
  }

  private boolean answered(Waiting asked) {
    LogRead.Piece piece = read(asked.read().read());
    boolean empty = !piece.known() || (!piece.ended() && piece.bytes().length == 0);
    long untilTickMs = piece.known() ? asked.untilTickMs() : asked.unknownUntilTickMs();
    if (empty && clock.tickMs() < untilTickMs) {
      return false;
    }
    asked.read().answer().accept(piece);
    return true;
  }

  private LogRead.Piece read(LogRead read) {
    try {
      return TaskLog.read(files, read);
    } catch (IOException failure) {
      getContext().getLog().warn("log not read token={}", read.token(), failure);
      return new LogRead.Piece(false, read.offset(), new byte[0], true);
    }
  }

  private Behavior<Command> onRetired(Retired retired) {
    ended.addLast(retired.dir());
    delete(retired.dir().resolve("work")); // what a task leaves there nobody can read any more
    while (ended.size() > ENDED_KEPT || tooOld(ended.getFirst())) {
      delete(ended.removeFirst());
    }
    return this;
  }

  private static boolean tooOld(Path dir) {
    long ageMs = System.currentTimeMillis() - dir.toFile().lastModified();
    return ageMs > ENDED_KEPT_FOR.toMillis() && dir.toFile().exists();
  }

  private void delete(Path dir) {
    if (!Files.isDirectory(dir, LinkOption.NOFOLLOW_LINKS)) {
      return;
    }
    try (Stream<Path> parts = Files.walk(dir)) {
      for (Path part : parts.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(part);
      }
    } catch (IOException | UncheckedIOException failure) {
      getContext().getLog().warn("ended task not deleted dir={}", dir, failure);
    }
  }
}
