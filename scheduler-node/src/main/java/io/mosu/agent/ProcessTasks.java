// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.HostActor.TaskEnded;
import io.mosu.agent.HostActor.TaskStarted;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;

/** Tasks as processes, each looked after by a {@link TaskActor}. */
final class ProcessTasks implements Tasks {
  private final ActorContext<HostActor.Command> context;
  private final NodeId node;
  private final TaskFiles files;
  private final Workdirs workdirs;
  private final Optional<Podman> engine;
  private final ActorRef<JournalActor.Command> journal;
  private final ActorRef<LogActor.Command> logs;
  private final Optional<ActorRef<DeviceWatchActor.Command>> watch;
  private final Map<Long, ActorRef<TaskActor.Command>> actors = new HashMap<>();

  ProcessTasks(
      ActorContext<HostActor.Command> context,
      NodeId node,
      TaskFiles files,
      Workdirs workdirs,
      Optional<Podman> engine,
      ActorRef<JournalActor.Command> journal,
      ActorRef<LogActor.Command> logs,
      Optional<ActorRef<DeviceWatchActor.Command>> watch) {
    this.context = context;
    this.node = node;
    this.files = files;
    this.workdirs = workdirs;
    this.engine = engine;
    this.journal = journal;
    this.logs = logs;
    this.watch = watch;
  }

  @Override
  public void launch(HostOrder.StartTask start) {
    spawn(start.token(), TaskActor.launch(files, workdirs, engine, start, watcher(start.token())));
  }

  @Override
  public void adopt(long token) {
    spawn(token, TaskActor.adopt(files, node, token, watcher(token)));
  }

  @Override
  public void kill(long token, long graceMs) {
    ActorRef<TaskActor.Command> task = actors.get(token);
    if (task != null) {
      task.tell(new TaskActor.Kill(graceMs));
    }
  }

  @Override
  public void leasedUntil(long tickMs, long graceMs) {
    journal.tell(new JournalActor.KeepLease(node, tickMs, graceMs));
  }

  @Override
  public void canary(String uuid, long number) {
    ActorRef<HostActor.Command> host = context.getSelf();
    watch.ifPresentOrElse(
        devices -> devices.tell(new DeviceWatchActor.Canary(uuid, number, host)),
        () -> host.tell(new HostActor.CanaryEnded(uuid, number, true, "simulated")));
  }

  @Override
  public boolean real() {
    return true;
  }

  private void spawn(long token, Behavior<TaskActor.Command> task) {
    actors.put(token, context.spawn(task, "task-" + token, DispatcherSelector.blocking()));
  }

  private TaskActor.Watcher watcher(long token) {
    ActorRef<HostActor.Command> host = context.getSelf();
    return new TaskActor.Watcher() {
      @Override
      public void started() {
        host.tell(new TaskStarted(token));
      }

      @Override
      public void ended(Exit exit) {
        host.tell(new TaskEnded(token, exit));
      }

      @Override
      public void retired(Path dir) {
        logs.tell(new LogActor.Retired(dir));
      }
    };
  }
}
