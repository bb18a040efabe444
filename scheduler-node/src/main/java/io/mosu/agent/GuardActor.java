// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Keeps the guard running: the script that fences tasks while this JVM cannot. */
final class GuardActor extends AbstractBehavior<GuardActor.Command> {

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** A guard that has not looked for so long is itself stopped, and another one takes its place. */
  private static final long BEAT_MAX_MS = 5_000;

  /** What this actor says to itself. */
  enum Command {
    LOOK,
    ENDED
  }

  private final TaskFiles files;
  private @Nullable Process guard;
  private long beganMs;

  static Behavior<Command> create(TaskFiles files) {
    return Behaviors.setup(
        context -> Behaviors.withTimers(timers -> new GuardActor(context, timers, files)));
  }

  private GuardActor(
      ActorContext<Command> context, TimerScheduler<Command> timers, TaskFiles files) {
    super(context);
    context.setLoggerName(GuardActor.class);
    this.files = files;
    timers.startTimerWithFixedDelay(Command.LOOK, LOOK_EVERY);
    start();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Command.LOOK, this::onLook)
        .onMessageEquals(Command.ENDED, this::onEnded)
        .build();
  }

  private Behavior<Command> onLook() {
    Process mine = guard;
    if (mine == null) {
      start();
    } else if (silentMs() > BEAT_MAX_MS) {
      getContext().getLog().warn("guard does not look any more, replacing it pid={}", mine.pid());
      mine.destroyForcibly();
    }
    return this;
  }

  private Behavior<Command> onEnded() {
    getContext().getLog().warn("guard ended, starting another; meanwhile the agent fences alone");
    guard = null;
    return this;
  }

  private long silentMs() {
    try {
      return System.currentTimeMillis() - Math.max(beganMs, files.guardBeatMs());
    } catch (IOException unreadable) {
      return 0; // the next look will tell
    }
  }

  private void start() {
    try {
      Process fresh = TaskProcess.fork(files.guard(), Map.of());
      guard = fresh;
      beganMs = System.currentTimeMillis();
      getContext().pipeToSelf(fresh.onExit(), (ended, failure) -> Command.ENDED);
    } catch (IOException failure) {
      getContext().getLog().error("guard not started, trying on", failure);
    }
  }
}
