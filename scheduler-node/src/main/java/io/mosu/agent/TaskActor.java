// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.SupervisorStrategy;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks after one {@link TaskProcess}: its end is told only once nothing of it is left. It reads
 * and writes files, so it needs a dispatcher for that.
 */
final class TaskActor extends AbstractBehavior<TaskActor.Command> {

  /** How often a task is looked at that is no child of this process. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(200);

  /** How often, and how many times, a runner is looked at that has not begun its task yet. */
  private static final Duration BEGUN_EVERY = Duration.ofMillis(10);

  private static final int BEGUN_LOOKS = 100;

  private static final Duration SWEEP_AGAIN = Duration.ofSeconds(2);

  sealed interface Command {}

  record Kill(long graceMs) implements Command {}

  /** The archive of the working directory is here, or will not come. */
  private record Fetched(@Nullable Path archive, @Nullable Throwable failure) implements Command {}

  private enum Look implements Command {
    AT_RUNNER,
    WHETHER_BEGUN
  }

  private record Stopped(boolean clean, long graceMs) implements Command {}

  /** Hears of the task, on the task's thread: it must only tell somebody. */
  interface Watcher {
    /** Once it has processes that can be entered; always before its end. */
    void started();

    void ended(Exit exit);

    /** The task's directory, with its log, was moved there. */
    void retired(Path dir);
  }

  private final TaskProcess task;
  private final Watcher watcher;
  private final TimerScheduler<Command> timers;
  private int looksLeft = BEGUN_LOOKS;
  private boolean said;
  private int stops;
  private long graceMs = Long.MAX_VALUE;

  /** Starts the process of a new task, once its working directory is here. */
  static Behavior<Command> launch(
      TaskFiles files,
      Workdirs workdirs,
      Optional<Podman> engine,
      HostOrder.StartTask start,
      Watcher watcher) {
    String workdir = start.spec().workdir();
    if (workdir.isEmpty()) {
      return launch(files, start, Optional.empty(), engine, watcher);
    }
    return Behaviors.setup(
        context -> {
          context.pipeToSelf(workdirs.fetch(workdir), Fetched::new);
          return Behaviors.receive(Command.class)
              .onMessage(
                  Kill.class,
                  kill -> { // before it has begun
                    watcher.ended(Exit.ofProcess(Exit.CODE_KILLED));
                    return Behaviors.stopped();
                  })
              .onMessage(
                  Fetched.class,
                  fetched ->
                      fetched.archive() != null
                          ? launch(files, start, Optional.of(fetched.archive()), engine, watcher)
                          : notStarted(files, start, fetched.failure(), watcher))
              .build();
        });
  }

  private static Behavior<Command> launch(
      TaskFiles files,
      HostOrder.StartTask start,
      Optional<Path> archive,
      Optional<Podman> engine,
      Watcher watcher) {
    return Behaviors.setup(
        context -> {
          context.setLoggerName(TaskActor.class);
          try {
            return watch(
                TaskProcess.launch(files, start, archive, engine, watcher::retired), watcher);
          } catch (IOException failure) {
            context.getLog().error("task not started token={}", start.token(), failure);
            watcher.ended(TaskProcess.notStarted(failure));
            return Behaviors.stopped();
          }
        });
  }

  private static Behavior<Command> notStarted(
      TaskFiles files, HostOrder.StartTask start, @Nullable Throwable failure, Watcher watcher) {
    Throwable cause = failure == null ? new IOException("it did not come") : failure;
    return Behaviors.setup(
        context -> {
          context.setLoggerName(TaskActor.class);
          context.getLog().warn("workdir not had token={}", start.token(), cause);
          watcher.ended(TaskProcess.refuse(files, start, Workdirs.cause(cause), watcher::retired));
          return Behaviors.stopped();
        });
  }

  /** Finds the task again that an earlier life of the agent launched. */
  static Behavior<Command> adopt(TaskFiles files, NodeId node, long token, Watcher watcher) {
    Behavior<Command> found =
        Behaviors.setup(
            context -> {
              context.setLoggerName(TaskActor.class);
              Optional<TaskProcess> task = TaskProcess.adopt(files, node, token, watcher::retired);
              if (task.isPresent() && task.get().swept()) { // by the guard, meanwhile
                return retired(task.get(), watcher);
              }
              if (task.isPresent()) {
                context.getLog().info("task found again node={} token={}", node, token);
                return watch(task.get(), watcher);
              }
              watcher.ended(TaskProcess.pastExit(files, node, token));
              return Behaviors.stopped();
            });
    return Behaviors.supervise(found)
        .onFailure(
            IOException.class,
            SupervisorStrategy.restartWithBackoff(SWEEP_AGAIN, SWEEP_AGAIN.multipliedBy(5), 0));
  }

  private static Behavior<Command> retired(TaskProcess task, Watcher watcher) throws IOException {
    TaskProcess.Ended ended = task.retire();
    watcher.retired(ended.dir());
    watcher.ended(ended.exit());
    return Behaviors.stopped();
  }

  private static Behavior<Command> watch(TaskProcess task, Watcher watcher) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  TaskActor actor = new TaskActor(context, timers, task, watcher);
                  return task.leftBehind() ? actor.stop(0) : actor.onBegun();
                }));
  }

  private TaskActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      TaskProcess task,
      Watcher watcher) {
    super(context);
    context.setLoggerName(TaskActor.class);
    this.timers = timers;
    this.task = task;
    this.watcher = watcher;
    context.pipeToSelf(task.ended(), (process, failure) -> Look.AT_RUNNER);
    timers.startTimerWithFixedDelay(Look.AT_RUNNER, LOOK_EVERY);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Kill.class, kill -> stop(kill.graceMs()))
        .onMessageEquals(Look.AT_RUNNER, this::onLook)
        .onMessageEquals(Look.WHETHER_BEGUN, this::onBegun)
        .onMessage(Stopped.class, this::onStopped)
        .build();
  }

  /** One that begins slowly counts as started in the end: what is to stop it waits for that. */
  private Behavior<Command> onBegun() {
    if (task.begun() || looksLeft-- == 0) {
      sayStarted();
    } else if (!said) {
      timers.startSingleTimer(Look.WHETHER_BEGUN, BEGUN_EVERY);
    }
    return this;
  }

  private void sayStarted() {
    if (!said) {
      said = true;
      watcher.started();
    }
  }

  private Behavior<Command> onLook() {
    try {
      return task.alive() ? this : stop(0);
    } catch (IOException unreadable) {
      return this; // the next look will tell
    }
  }

  private Behavior<Command> stop(long graceMs) {
    if (stops > 0 && graceMs >= this.graceMs) {
      return this;
    }
    try {
      getContext()
          .pipeToSelf(
              task.stop(graceMs),
              (clean, failure) -> new Stopped(Boolean.TRUE.equals(clean), graceMs));
      stops++;
      this.graceMs = graceMs;
      return this;
    } catch (IOException failure) {
      return again(failure, graceMs);
    }
  }

  private Behavior<Command> onStopped(Stopped stopped) {
    stops--;
    if (stops > 0) {
      return this; // the other one will tell
    }
    this.graceMs = Long.MAX_VALUE;
    try {
      if (!stopped.clean() || task.alive()) { // it may only just have begun
        timers.startSingleTimer(new Kill(stopped.clean() ? stopped.graceMs() : 0), LOOK_EVERY);
        return this;
      }
      sayStarted();
      return retired(task, watcher);
    } catch (IOException failure) {
      return again(failure, 0);
    }
  }

  private Behavior<Command> again(IOException failure, long graceMs) {
    getContext().getLog().warn("task cannot be looked after, trying on", failure);
    timers.startSingleTimer(new Kill(graceMs), SWEEP_AGAIN);
    return this;
  }
}
