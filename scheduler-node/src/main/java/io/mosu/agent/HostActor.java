// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;

/** The actor around the {@link HostRules} of one node; what waits for the journal waits here. */
final class HostActor extends AbstractBehavior<HostActor.Command> {

  sealed interface Command {}

  /** The connection to a door came to stand, or was lost. */
  record Connection(boolean up) implements Command {}

  record Ordered(HostOrder order) implements Command {}

  record TaskStarted(long token) implements Command {}

  record TaskEnded(long token, Exit exit) implements Command {}

  /** What was seen of the node's devices. */
  record Signs(List<DeviceSign> signs) implements Command {}

  record CanaryEnded(String uuid, long number, boolean passed, String detail) implements Command {}

  private enum WakeUp implements Command {
    NOW
  }

  private record Kept(HostStep step) implements Command {}

  private final NodeId node;
  private final HostRules rules;
  private final HostClock clock;
  private final Tasks tasks;
  private final ActorRef<AgentActor.Command> agent;
  private final ActorRef<JournalActor.Command> journal;
  private final TimerScheduler<Command> timers;
  private final Deque<HostStep> unkept = new ArrayDeque<>();
  private long wakeAtTickMs = Long.MAX_VALUE;
  private boolean epochRefused;
  private String refusal = "";

  static Behavior<Command> create(
      HostPlan plan,
      HostMemory memory,
      HostClock clock,
      Function<ActorContext<Command>, Tasks> tasks,
      ActorRef<AgentActor.Command> agent,
      ActorRef<JournalActor.Command> journal) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new HostActor(context, timers, plan, memory, clock, tasks, agent, journal)));
  }

  private HostActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      HostPlan plan,
      HostMemory memory,
      HostClock clock,
      Function<ActorContext<Command>, Tasks> tasks,
      ActorRef<AgentActor.Command> agent,
      ActorRef<JournalActor.Command> journal) {
    super(context);
    context.setLoggerName(HostActor.class);
    this.timers = timers;
    this.node = plan.node();
    this.rules = new HostRules(plan.node(), plan.inventory(), memory);
    this.clock = clock;
    this.tasks = tasks.apply(context);
    this.agent = agent;
    this.journal = journal;
    memory.tasks().stream()
        .filter(task -> task.stage() == KnownTask.Stage.LAUNCHED)
        .forEach(task -> this.tasks.adopt(task.token()));
    plan();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Connection.class, this::onConnection)
        .onMessage(Ordered.class, this::onOrdered)
        .onMessage(Signs.class, seen -> step(out -> rules.signs(seen.signs(), clock.now(), out)))
        .onMessage(
            CanaryEnded.class,
            end ->
                step(
                    out ->
                        rules.canaryEnded(
                            end.uuid(), end.number(), end.passed(), end.detail(), out)))
        .onMessage(
            TaskStarted.class,
            started -> step(out -> rules.processStarted(started.token(), clock.now(), out)))
        .onMessage(
            TaskEnded.class,
            ended ->
                step(out -> rules.processExited(ended.token(), ended.exit(), clock.now(), out)))
        .onMessage(WakeUp.class, wakeUp -> onWakeUp())
        .onMessage(Kept.class, this::onKept)
        .build();
  }

  private Behavior<Command> onConnection(Connection connection) {
    if (connection.up()) {
      return step(out -> rules.connected(clock.now(), out));
    }
    rules.disconnected();
    plan();
    return this;
  }

  private Behavior<Command> onOrdered(Ordered ordered) {
    return step(
        out -> {
          if (!rules.on(ordered.order(), clock.now(), out) && !epochRefused) {
            epochRefused = true;
            getContext()
                .getLog()
                .warn(
                    "orders of a replaced owner refused node={} epoch={}; if the cluster has a new"
                        + " database, start the agent with --fresh",
                    node,
                    ordered.order().epoch());
          }
          if (!rules.refusal().equals(refusal)) {
            refusal = rules.refusal();
            if (!refusal.isEmpty()) {
              getContext().getLog().error("refused by its node node={}: {}", node, refusal);
            }
          }
        });
  }

  /** Renewals and fences do not wait for the journal: while the disk hangs, leases go on. */
  private Behavior<Command> onWakeUp() {
    wakeAtTickMs = Long.MAX_VALUE;
    HostStep step = new HostStep(node, tasks, this::launch, agent);
    rules.wake(clock.now(), step);
    step.run();
    if (!step.kept()) {
      keep(step, () -> {});
    }
    plan();
    return this;
  }

  private Behavior<Command> step(Consumer<HostEffects> input) {
    HostStep step = new HostStep(node, tasks, this::launch, agent);
    input.accept(step);
    unkept.add(step);
    if (!step.kept()) {
      ActorRef<Command> self = getContext().getSelf();
      keep(step, () -> self.tell(new Kept(step)));
    }
    runKept();
    plan();
    return this;
  }

  private void keep(HostStep step, Runnable kept) {
    boolean force = tasks.real() && !step.lines().isEmpty();
    journal.tell(new JournalActor.Keep(node, step.deeds(), step.lines(), force, kept));
  }

  /** The journal may have taken so long that the task is not to run any more. */
  private void launch(HostOrder.StartTask start) {
    rules
        .overtaken(start.token(), clock.now())
        .ifPresentOrElse(
            exit -> getContext().getSelf().tell(new TaskEnded(start.token(), exit)),
            () -> tasks.launch(start));
  }

  private Behavior<Command> onKept(Kept kept) {
    kept.step().setKept();
    runKept();
    return this;
  }

  private void runKept() {
    for (HostStep first = unkept.peek(); first != null && first.kept(); first = unkept.peek()) {
      unkept.remove();
      first.run();
    }
  }

  private void plan() {
    long next = rules.wakeAtTickMs();
    if (next != wakeAtTickMs) {
      wakeAtTickMs = next;
      if (next == Long.MAX_VALUE) {
        timers.cancel(WakeUp.NOW);
      } else {
        long inMs = Math.max(0, next - clock.tickMs());
        timers.startSingleTimer(WakeUp.NOW, Duration.ofMillis(inMs));
      }
    }
  }
}
