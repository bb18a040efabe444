// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.CompletionStage;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.DispatcherSelector;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine;

/** {@code mosu agent}: reads what it is told, looks at the host, and starts the agent's actors. */
public final class AgentMain {

  private static final int USAGE = 64;

  private static final long MIB = 1 << 20;

  /** Made before the actor system, whose threads would else log while logging is set up. */
  private static final Logger LOG = LoggerFactory.getLogger(AgentMain.class);

  private AgentMain() {}

  public static void main(String[] args) {
    launch(args);
  }

  /** Starts an agent within this process; empty if {@code args} only ask for help. */
  public static Optional<ActorSystem<?>> launch(String... args) {
    AgentOptions options = new AgentOptions();
    CommandLine line = new CommandLine(options).setUsageHelpWidth(100);
    try {
      line.parseArgs(args);
      if (options.help) {
        line.usage(System.out);
        return Optional.empty();
      }
      return Optional.of(start(options).system());
    } catch (CommandLine.ParameterException | IllegalArgumentException wrong) {
      fail(wrong.getMessage(), "mosu agent --help lists the options", USAGE);
    } catch (IOException failure) {
      fail(failure.toString(), "check that the state directory can be written", 1);
    }
    return Optional.empty();
  }

  /** An agent within this process; its state is free for another once {@code ended}. */
  record Running(ActorSystem<?> system, CompletionStage<?> ended) {}

  private static List<HostPlan> known(List<HostPlan> found, Path state, boolean idle)
      throws IOException {
    List<HostPlan> plans = new ArrayList<>();
    for (HostPlan plan : found) {
      List<Device> devices = KnownDevices.merge(state, plan.inventory().devices(), idle);
      plans.add(new HostPlan(plan.node(), plan.inventory().with(devices)));
    }
    return plans;
  }

  static Running start(AgentOptions options) throws IOException {
    List<HostPlan> found = HostSurvey.plans(options);
    check(found);
    Optional<Path> tool = HostSurvey.tool(options);
    List<String> doors = options.doorUrls();
    RoundTrips trips = RoundTrips.to(doors, options.reach);
    if (options.joinToken().isPresent()) {
      Path folder =
          options
              .certificateFolder()
              .orElseThrow(
                  () -> new IllegalArgumentException("--join needs --certificates to keep it in"));
      join(new Enrolling(folder, doors), options.joinToken().get());
    }
    Optional<HttpsConnectionContext> tls = DoorTls.of(options.certificateFolder());
    Path state = options.stateDirectory();
    FileLock lock = lock(state);
    if (options.fresh) {
      FreshStart.in(state);
    }
    JournalFile journal = JournalFile.open(state.resolve("journal"));
    List<HostPlan> plans = tool.isPresent() ? known(found, state, journal.idle()) : found;
    String bootId = TaskFiles.readBootId();
    Identity identity = Identity.in(state);
    Speaker speaker = identity.speaker(journal.incarnation(), bootId);
    boolean real = plans.stream().anyMatch(plan -> plan.inventory().processes());
    Optional<Cgroups> cgroups = real ? HostSurvey.cgroups(state) : Optional.empty();
    RunAs runAs = RunAs.onThisHost(options.runAs);
    if (real) {
      runAs.check(tls.isPresent());
    }
    TaskFiles files = TaskFiles.in(state, cgroups, runAs);
    files.limitLogs(options.logMib * MIB);
    plans.forEach(plan -> files.describe(plan.node(), plan.inventory()));
    Optional<Duration> lasting =
        Optional.ofNullable(options.taskSeconds).map(s -> Duration.ofMillis(Math.round(s * 1_000)));
    ActorSystem<AgentActor.Command> system =
        ActorSystem.create(
            agent(
                plans,
                journal,
                speaker,
                files,
                lasting,
                doors,
                real,
                options.workdirMib * MIB,
                trips,
                tls,
                options
                    .certificateFolder()
                    .map(folder -> RenewalActor.create(folder, new Enrolling(folder, doors))),
                clock -> tool.map(path -> watch(path, plans, options, clock))),
            "mosu-agent",
            config());
    LOG.info(
        "agent started name={} agent={} start={} nodes={} doors={} state={} processes={} cgroups={}"
            + " user={}",
        options.nodeName(),
        speaker.agent(),
        speaker.incarnation(),
        plans.size(),
        doors,
        state,
        real,
        cgroups.map(Cgroups::inWords).orElse("none"),
        runAs.inWords());
    return new Running(
        system,
        system
            .getWhenTerminated()
            .thenRun(
                () -> {
                  cgroups.ifPresent(Cgroups::removeEmpty);
                  release(lock);
                }));
  }

  private static void join(Enrolling enrolling, String token) throws IOException {
    try {
      enrolling.join(token);
    } catch (Enrolling.Refused refused) {
      throw new IllegalArgumentException(refused.getMessage(), refused);
    }
  }

  private static Behavior<AgentActor.Command> agent(
      List<HostPlan> plans,
      JournalFile journalFile,
      Speaker speaker,
      TaskFiles files,
      Optional<Duration> lasting,
      List<String> doors,
      boolean real,
      long workdirBytes,
      RoundTrips trips,
      Optional<HttpsConnectionContext> tls,
      Optional<Behavior<RenewalActor.Command>> renewal,
      Function<HostClock, Optional<Behavior<DeviceWatchActor.Command>>> watching) {
    HostClock clock = new HostClock();
    return Behaviors.setup(
        context -> {
          Http http = Http.get(Adapter.toClassic(context.getSystem()));
          tls.ifPresent(http::setDefaultClientHttpsContext);
          ActorRef<JournalActor.Command> journal =
              context.spawn(
                  JournalActor.create(journalFile, files),
                  "journal",
                  DispatcherSelector.blocking());
          ActorRef<LogActor.Command> logs =
              context.spawn(LogActor.create(files, clock), "logs", DispatcherSelector.blocking());
          ActorRef<StreamsActor.Command> streams =
              context.spawn(
                  StreamsActor.create(files, clock), "streams", DispatcherSelector.blocking());
          if (real) {
            context.spawn(GuardActor.create(files), "guard", DispatcherSelector.blocking());
          }
          renewal.ifPresent(behavior -> context.spawn(behavior, "renewal"));
          Optional<ActorRef<DeviceWatchActor.Command>> watch =
              watching.apply(clock).map(behavior -> context.spawn(behavior, "devices"));
          return AgentActor.create(
              doors,
              agent ->
                  hosts(
                      agent,
                      plans,
                      journalFile,
                      speaker,
                      files,
                      new Workdirs(agent.getSystem(), doors, files.workdirs(), workdirBytes),
                      lasting,
                      clock,
                      journal,
                      logs,
                      trips,
                      watch),
              logs,
              streams,
              clock,
              new SplittableRandom());
        });
  }

  private static Map<NodeId, ActorRef<HostActor.Command>> hosts(
      ActorContext<AgentActor.Command> agent,
      List<HostPlan> plans,
      JournalFile journalFile,
      Speaker speaker,
      TaskFiles files,
      Workdirs workdirs,
      Optional<Duration> lasting,
      HostClock clock,
      ActorRef<JournalActor.Command> journal,
      ActorRef<LogActor.Command> logs,
      RoundTrips trips,
      Optional<ActorRef<DeviceWatchActor.Command>> watch) {
    Map<NodeId, ActorRef<HostActor.Command>> hosts = new LinkedHashMap<>();
    for (HostPlan plan : plans) {
      NodeId node = plan.node();
      boolean real = plan.inventory().processes();
      HostMemory memory = journalFile.memory(node, leasedUntil(files, node, real)).by(speaker);
      hosts.put(
          node,
          agent.spawn(
              HostActor.create(
                  plan,
                  memory,
                  clock,
                  host ->
                      real
                          ? new ProcessTasks(
                              host,
                              node,
                              files,
                              workdirs,
                              Podman.onThisHost(plan.inventory().devices()),
                              journal,
                              logs,
                              watch)
                          : new SimulatedTasks(host, lasting),
                  agent.getSelf(),
                  journal),
              "host-" + node));
    }
    measure(agent, plans, speaker, files, trips, watch);
    watch.ifPresent(
        devices -> hosts.values().forEach(host -> devices.tell(new DeviceWatchActor.Report(host))));
    return hosts;
  }

  /** What was measured is said for each node with processes; others only stand for hosts. */
  private static void measure(
      ActorContext<AgentActor.Command> agent,
      List<HostPlan> plans,
      Speaker speaker,
      TaskFiles files,
      RoundTrips trips,
      Optional<ActorRef<DeviceWatchActor.Command>> watch) {
    List<NodeId> nodes =
        plans.stream().filter(plan -> plan.inventory().processes()).map(HostPlan::node).toList();
    if (nodes.isEmpty()) {
      return;
    }
    ActorRef<AgentActor.Command> self = agent.getSelf();
    ActorRef<GaugeActor.Command> gauge =
        agent.spawn(
            GaugeActor.create(
                files.state(),
                trips,
                figures ->
                    nodes.forEach(
                        node ->
                            self.tell(
                                new AgentActor.Say(
                                    new HostReport.Measured(node, figures, speaker.life()))))),
            "gauge");
    watch.ifPresent(devices -> devices.tell(new DeviceWatchActor.Show(gauge)));
  }

  private static Behavior<DeviceWatchActor.Command> watch(
      Path tool, List<HostPlan> plans, AgentOptions options, HostClock clock) {
    List<String> canary =
        options.canary.isBlank() ? List.of() : List.of(options.canary.strip().split("\\s+"));
    return DeviceWatchActor.create(
        new NvidiaDevices(tool),
        plans.stream().flatMap(plan -> plan.inventory().devices().stream()).toList(),
        new DeviceCanary(canary, DeviceCanary.LIMIT_S),
        options.kernelLog,
        Duration.ofSeconds(Math.max(1, options.surveySeconds)),
        clock);
  }

  /** Without processes there is nothing that an earlier life has left running unleased. */
  private static long leasedUntil(TaskFiles files, NodeId node, boolean real) {
    try {
      return real ? files.leasedUntilTickMs(node) : Long.MAX_VALUE / 2;
    } catch (IOException | NumberFormatException unreadable) {
      return 0;
    }
  }

  private static void check(List<HostPlan> plans) {
    Set<NodeId> seen = new HashSet<>();
    for (HostPlan plan : plans) {
      String name = plan.node().value();
      if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]*") || !seen.add(plan.node())) {
        throw new IllegalArgumentException("'" + name + "' is no node id, or there twice");
      }
    }
  }

  /** Two agents with one state would each start the same tasks. */
  private static FileLock lock(Path state) throws IOException {
    Files.createDirectories(state);
    FileChannel channel =
        FileChannel.open(
            state.resolve("lock"), StandardOpenOption.CREATE, StandardOpenOption.WRITE);
    FileLock lock = null;
    try {
      lock = channel.tryLock();
    } catch (OverlappingFileLockException here) {
      // within this process: as if another had it
    }
    if (lock == null) {
      throw new IllegalArgumentException(
          "an agent runs with the state " + state + " already; give another --name or --state");
    }
    return lock;
  }

  private static void release(FileLock lock) {
    try {
      lock.acquiredBy().close();
    } catch (IOException gone) {
      // so is the lock
    }
  }

  private static Config config() {
    return ConfigFactory.parseResources(AgentMain.class, "/mosu-agent.conf")
        .withFallback(ConfigFactory.defaultReference())
        .resolve();
  }

  private static void fail(@Nullable String what, String hint, int code) {
    System.err.println("error: " + what);
    System.err.println("hint: " + hint);
    System.exit(code);
  }
}
