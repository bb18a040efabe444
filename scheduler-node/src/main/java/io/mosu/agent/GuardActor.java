// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.io.IOException;
import java.time.Duration;
import java.util.Map;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** Keeps the guard running: the script that fences tasks while this JVM cannot. */
final class GuardActor {

  private static final Duration AGAIN_AFTER = Duration.ofSeconds(1);

  private enum Command {
    START,
    ENDED
  }

  private GuardActor() {}

  static Behavior<?> create(TaskFiles files) {
    return Behaviors.setup(
        (ActorContext<Command> context) ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(GuardActor.class);
                  start(files, context, timers);
                  return Behaviors.receive(Command.class)
                      .onMessageEquals(
                          Command.START,
                          () -> {
                            start(files, context, timers);
                            return Behaviors.same();
                          })
                      .onMessageEquals(
                          Command.ENDED,
                          () -> {
                            timers.startSingleTimer(Command.START, AGAIN_AFTER);
                            return Behaviors.same();
                          })
                      .build();
                }));
  }

  private static void start(
      TaskFiles files, ActorContext<Command> context, TimerScheduler<Command> timers) {
    try {
      context.pipeToSelf(
          TaskProcess.fork(files.guard(), Map.of()).onExit(), (guard, failure) -> Command.ENDED);
    } catch (IOException failure) {
      context.getLog().error("guard not started, trying on", failure);
      timers.startSingleTimer(Command.START, AGAIN_AFTER);
    }
  }
}
