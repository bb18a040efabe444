// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.DeviceFigures;
import io.mosu.scheduler.host.HostFigures.RoundTrip;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** Reads the host's gauges now and then, and says what they show. */
final class GaugeActor extends AbstractBehavior<GaugeActor.Command> {

  /** How often the host is read; its ways are measured every sixth time. */
  private static final Duration EVERY = Duration.ofSeconds(5);

  /** The first time; the agent has more urgent things to do before. */
  private static final Duration SOON = Duration.ofSeconds(1);

  private static final int WAYS_EVERY = 6;

  /** Of a host whose gauges cannot be read. */
  private static final HostFigures NONE =
      new HostFigures(
          HostFigures.UNKNOWN,
          HostFigures.UNKNOWN,
          HostFigures.UNKNOWN,
          HostFigures.UNKNOWN,
          HostFigures.UNKNOWN,
          List.of(),
          List.of());

  sealed interface Command {}

  /** What the vendor's tool said of the devices. */
  record Devices(List<DeviceFigures> figures) implements Command {}

  private record Ways(List<RoundTrip> measured) implements Command {}

  /** Both or neither, with why. */
  private record Read(
      @Nullable HostGauge gauge, @Nullable HostFigures figures, @Nullable Throwable failure)
      implements Command {}

  private enum Timer implements Command {
    READ
  }

  private final Path work;
  private final RoundTrips trips;
  private final Consumer<HostFigures> said;
  private final Executor blocking;
  private List<DeviceFigures> devices = List.of();
  private List<RoundTrip> ways = List.of();
  private @Nullable HostGauge gauge;
  private boolean reading;
  private boolean failing;
  private boolean measuring;
  private int reads;

  /**
   * Measures until it is stopped.
   *
   * @param work where the tasks work
   * @param said gets the figures, and must only tell somebody
   */
  static Behavior<Command> create(Path work, RoundTrips trips, Consumer<HostFigures> said) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(timers -> new GaugeActor(context, timers, work, trips, said)));
  }

  private GaugeActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      Path work,
      RoundTrips trips,
      Consumer<HostFigures> said) {
    super(context);
    context.setLoggerName(GaugeActor.class);
    this.work = work;
    this.trips = trips;
    this.said = said;
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    timers.startTimerWithFixedDelay(Timer.READ, SOON, EVERY);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessageEquals(Timer.READ, this::onTimer)
        .onMessage(
            Devices.class,
            seen -> {
              devices = seen.figures();
              return this;
            })
        .onMessage(
            Ways.class,
            done -> {
              measuring = false;
              ways = done.measured();
              return this;
            })
        .onMessage(Read.class, this::onRead)
        .build();
  }

  private Behavior<Command> onTimer() {
    if (!measuring && reads % WAYS_EVERY == 0) {
      measuring = true;
      List<RoundTrip> before = ways;
      getContext()
          .pipeToSelf(
              CompletableFuture.supplyAsync(trips::measure, blocking),
              (measured, failure) -> new Ways(measured != null ? measured : before));
    }
    reads++;
    if (!reading) { // a file system that hangs holds up the figures and nothing else
      reading = true;
      HostGauge before = gauge;
      getContext()
          .pipeToSelf(
              CompletableFuture.supplyAsync(() -> read(before), blocking),
              (read, failure) -> read != null ? read : new Read(null, null, failure));
    }
    return this;
  }

  /** In a thread of its own; the first time takes longer, as it loads a native library. */
  private Read read(@Nullable HostGauge before) {
    HostGauge used = before == null ? new HostGauge(work) : before;
    return new Read(used, used.read(), null);
  }

  private Behavior<Command> onRead(Read read) {
    reading = false;
    if (read.failure() != null && !failing) {
      getContext().getLog().warn("the host's gauges cannot be read", read.failure());
    }
    failing = read.failure() != null;
    gauge = read.gauge();
    HostFigures host = read.figures() == null ? NONE : read.figures();
    said.accept(
        new HostFigures(
            host.cpuPermille(),
            host.memoryUsedMib(),
            host.diskFreeMib(),
            host.receivedBps(),
            host.sentBps(),
            devices,
            ways));
    return this;
  }
}
