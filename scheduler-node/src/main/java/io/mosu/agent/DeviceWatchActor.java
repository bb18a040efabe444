// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.NvidiaSmi.Gpu;
import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.model.Device;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executor;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * Looks after the devices of one host: asks the vendor's tool now and then, reads the kernel's log
 * as it is written, runs canaries. Nothing here waits for the tool, which may hang with the driver.
 */
final class DeviceWatchActor extends AbstractBehavior<DeviceWatchActor.Command> {

  /** Lines before the first survey, which tells what card is where. */
  private static final int EARLY_MAX = 1_000;

  sealed interface Command {}

  /** Who is to hear of signs. */
  record Report(ActorRef<HostActor.Command> host) implements Command {}

  /** Who is to know how busy the devices are. */
  record Show(ActorRef<GaugeActor.Command> gauge) implements Command {}

  /** Try the device; answered by {@link HostActor.CanaryEnded}. */
  record Canary(String uuid, long number, ActorRef<HostActor.Command> host) implements Command {}

  private record Line(String text) implements Command {}

  private record Surveyed(Survey survey) implements Command {}

  private record Tried(Canary canary, long sinceTickMs, DeviceCanary.Verdict verdict, Survey survey)
      implements Command {}

  /** What the tool said, or why it said nothing: exactly one is there. */
  private record Survey(NvidiaDevices.@Nullable Answer answer, String failure) {}

  private enum Timer implements Command {
    SURVEY
  }

  private final NvidiaDevices tool;
  private final DeviceCanary canary;
  private final HostClock clock;
  private final DeviceWatch watch;
  private final Executor blocking;
  private final Thread reader;
  private final Deque<String> early = new ArrayDeque<>();
  private final List<DeviceSign> unheard = new ArrayList<>();
  private boolean surveyed;
  private boolean surveying;
  private boolean failing;
  private @Nullable ActorRef<HostActor.Command> host;
  private @Nullable ActorRef<GaugeActor.Command> gauge;

  static Behavior<Command> create(
      NvidiaDevices tool,
      List<Device> devices,
      DeviceCanary canary,
      Path kernelLog,
      Duration surveyEvery,
      HostClock clock) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new DeviceWatchActor(
                        context, timers, tool, devices, canary, kernelLog, surveyEvery, clock)));
  }

  private DeviceWatchActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      NvidiaDevices tool,
      List<Device> devices,
      DeviceCanary canary,
      Path kernelLog,
      Duration surveyEvery,
      HostClock clock) {
    super(context);
    context.setLoggerName(DeviceWatchActor.class);
    this.tool = tool;
    this.canary = canary;
    this.clock = clock;
    this.watch = new DeviceWatch(devices);
    this.blocking = context.getSystem().dispatchers().lookup(DispatcherSelector.blocking());
    ActorRef<Command> self = context.getSelf();
    this.reader = KernelLogReader.start(kernelLog, line -> self.tell(new Line(line)));
    timers.startTimerWithFixedDelay(Timer.SURVEY, Duration.ZERO, surveyEvery);
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Report.class, this::onReport)
        .onMessage(Show.class, this::onShow)
        .onMessageEquals(Timer.SURVEY, this::onSurvey)
        .onMessage(Surveyed.class, this::onSurveyed)
        .onMessage(Line.class, this::onLine)
        .onMessage(Canary.class, this::onCanary)
        .onMessage(Tried.class, this::onTried)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> onReport(Report report) {
    host = report.host();
    tell(List.of());
    return this;
  }

  private Behavior<Command> onShow(Show show) {
    gauge = show.gauge();
    return this;
  }

  private Behavior<Command> onSurvey() {
    if (!surveying) {
      surveying = true;
      getContext()
          .pipeToSelf(
              CompletableFuture.supplyAsync(this::survey, blocking),
              (survey, failure) ->
                  new Surveyed(survey != null ? survey : new Survey(null, failure.toString())));
    }
    return this;
  }

  /** In a thread of its own. */
  private Survey survey() {
    try {
      return new Survey(tool.ask(), "");
    } catch (IllegalArgumentException failed) {
      return new Survey(null, String.valueOf(failed.getMessage()));
    }
  }

  private Behavior<Command> onSurveyed(Surveyed done) {
    surveying = false;
    take(done.survey());
    return this;
  }

  private void take(Survey survey) {
    long now = clock.tickMs();
    if (survey.answer() == null) {
      if (!failing) {
        getContext().getLog().error("devices cannot be surveyed: {}", survey.failure());
      }
      failing = true;
      tell(watch.failed(survey.failure(), now));
      return;
    }
    failing = false;
    surveyed = true;
    if (gauge != null) {
      gauge.tell(
          new GaugeActor.Devices(survey.answer().gpus().stream().map(Gpu::figures).toList()));
    }
    tell(watch.survey(survey.answer().gpus(), survey.answer().listing(), now));
    for (String line = early.poll(); line != null; line = early.poll()) {
      tell(watch.kernel(line, now));
    }
  }

  private Behavior<Command> onLine(Line line) {
    if (line.text().isEmpty()) {
      getContext().getLog().warn("the kernel's log cannot be read: Xid errors are not seen");
    } else if (surveyed) {
      tell(watch.kernel(line.text(), clock.tickMs()));
    } else if (early.size() < EARLY_MAX) {
      early.add(line.text());
    }
    return this;
  }

  private Behavior<Command> onCanary(Canary order) {
    long since = clock.tickMs();
    getContext().getLog().info("canary begins device={}", order.uuid());
    getContext()
        .pipeToSelf(
            CompletableFuture.supplyAsync(() -> canary.run(order.uuid()), blocking)
                .thenApply(verdict -> new Tried(order, since, verdict, survey())),
            (tried, failure) ->
                tried != null
                    ? tried
                    : new Tried(
                        order,
                        since,
                        new DeviceCanary.Verdict(false, failure.toString()),
                        new Survey(null, failure.toString())));
    return this;
  }

  private Behavior<Command> onTried(Tried tried) {
    take(tried.survey());
    String uuid = tried.canary().uuid();
    String unfit = watch.unfit(uuid);
    boolean quiet = watch.lastXidTickMs(uuid) < tried.sinceTickMs();
    boolean passed = tried.verdict().passed() && unfit.isEmpty() && quiet;
    String detail =
        !tried.verdict().passed()
            ? tried.verdict().detail()
            : quiet ? unfit : "the kernel reported an Xid";
    getContext().getLog().info("canary device={} passed={} {}", uuid, passed, detail);
    String line = detail.substring(0, Math.min(detail.length(), DeviceSign.DETAIL_MAX));
    tried
        .canary()
        .host()
        .tell(new HostActor.CanaryEnded(uuid, tried.canary().number(), passed, line));
    return this;
  }

  private void tell(List<DeviceSign> signs) {
    signs.forEach(
        sign ->
            getContext()
                .getLog()
                .warn("sign device={} code={} {}", sign.uuid(), sign.code(), sign.detail()));
    unheard.addAll(signs);
    if (host != null && !unheard.isEmpty()) {
      host.tell(new HostActor.Signs(List.copyOf(unheard)));
      unheard.clear();
    }
  }

  private Behavior<Command> onStop() {
    reader.interrupt();
    return this;
  }
}
