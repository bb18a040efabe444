// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.NodeId;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.random.RandomGenerator;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/**
 * The agent's one connection: it carries what all its nodes say and hear, and moves to the next
 * door when a door is silent or gone.
 */
final class AgentActor extends AbstractBehavior<AgentActor.Command> {

  private static final long OPEN_LIMIT_MS = 5_000;

  /** Renewals that a door leaves unanswered for so long make the agent try another. */
  private static final long SILENCE_MAX_MS = 10_000;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);
  private static final long BACKOFF_MIN_MS = 100;
  private static final long BACKOFF_MAX_MS = 2_000;
  private static final int HELLOS_AT_ONCE = 50;
  private static final Duration HELLOS_EVERY = Duration.ofMillis(50);
  private static final int OUTGOING_MIN = 8_192;
  private static final int OUTGOING_PER_NODE = 4;

  sealed interface Command {}

  record Say(HostReport report) implements Command {}

  private record Opened(int attempt) implements Command {}

  private record Heard(int attempt, AgentFrame frame) implements Command {}

  private record Lost(int attempt, String reason) implements Command {}

  private record Answer(int attempt, AgentFrame.Piece piece) implements Command {}

  private record StreamAnswer(int attempt, StreamSaid said) implements Command {}

  private enum Timer implements Command {
    CONNECT,
    HELLOS,
    LOOK
  }

  private final List<String> doors;
  private final List<ActorRef<HostActor.Command>> nodes;
  private final Map<NodeId, ActorRef<HostActor.Command>> hosts;
  private final ActorRef<LogActor.Command> logs;
  private final ActorRef<StreamsActor.Command> streams;
  private final HostClock clock;
  private final RandomGenerator random;
  private final TimerScheduler<Command> timers;
  private @Nullable DoorConnection connection;
  private int attempt;
  private int door;
  private int failures;
  private int greeted;
  private boolean open;
  private long openingTickMs;
  private long unansweredTickMs = Long.MAX_VALUE;

  /** Makes the actors of the agent's nodes. */
  interface Hosts {
    Map<NodeId, ActorRef<HostActor.Command>> spawn(ActorContext<Command> context);
  }

  static Behavior<Command> create(
      List<String> doors,
      Hosts hosts,
      ActorRef<LogActor.Command> logs,
      ActorRef<StreamsActor.Command> streams,
      HostClock clock,
      RandomGenerator random) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new AgentActor(
                        context,
                        timers,
                        doors,
                        hosts.spawn(context),
                        logs,
                        streams,
                        clock,
                        random)));
  }

  private AgentActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      List<String> doors,
      Map<NodeId, ActorRef<HostActor.Command>> hosts,
      ActorRef<LogActor.Command> logs,
      ActorRef<StreamsActor.Command> streams,
      HostClock clock,
      RandomGenerator random) {
    super(context);
    context.setLoggerName(AgentActor.class);
    this.timers = timers;
    this.doors = doors;
    this.hosts = hosts;
    this.nodes = List.copyOf(hosts.values());
    this.logs = logs;
    this.streams = streams;
    this.clock = clock;
    this.random = random;
    this.door = random.nextInt(doors.size());
    timers.startTimerWithFixedDelay(Timer.LOOK, LOOK_EVERY);
    connect();
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Say.class, this::onSay)
        .onMessage(Heard.class, this::onHeard)
        .onMessage(Answer.class, this::onAnswer)
        .onMessage(StreamAnswer.class, this::onStreamAnswer)
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Lost.class, this::onLost)
        .onMessageEquals(Timer.CONNECT, this::connect)
        .onMessageEquals(Timer.HELLOS, this::greet)
        .onMessageEquals(Timer.LOOK, this::onLook)
        .onSignal(PostStop.class, stop -> onStop())
        .build();
  }

  private Behavior<Command> connect() {
    attempt++;
    open = false;
    openingTickMs = clock.tickMs();
    connection =
        DoorConnection.open(
            getContext().getSystem(),
            doors.get(door),
            Math.max(OUTGOING_MIN, OUTGOING_PER_NODE * nodes.size()),
            listener(attempt, getContext().getSelf()));
    return this;
  }

  private static DoorConnection.Listener listener(int attempt, ActorRef<Command> self) {
    return new DoorConnection.Listener() {
      @Override
      public void opened() {
        self.tell(new Opened(attempt));
      }

      @Override
      public void heard(AgentFrame frame) {
        self.tell(new Heard(attempt, frame));
      }

      @Override
      public void lost(String reason) {
        self.tell(new Lost(attempt, reason));
      }
    };
  }

  private Behavior<Command> onOpened(Opened opened) {
    if (opened.attempt() == attempt && connection != null) {
      getContext().getLog().info("door open url={} nodes={}", doors.get(door), nodes.size());
      open = true;
      greeted = 0;
      greet();
    }
    return this;
  }

  /** All nodes at once would swamp a door whose actors have yet to recover. */
  private Behavior<Command> greet() {
    int until = Math.min(nodes.size(), greeted + HELLOS_AT_ONCE);
    nodes.subList(greeted, until).forEach(node -> node.tell(new HostActor.Connection(true)));
    greeted = until;
    if (greeted < nodes.size()) {
      timers.startSingleTimer(Timer.HELLOS, HELLOS_EVERY);
    }
    return this;
  }

  private Behavior<Command> onSay(Say say) {
    boolean answered =
        say.report() instanceof HostReport.Hello || say.report() instanceof HostReport.Renewal;
    if (open && answered) {
      unansweredTickMs = Math.min(unansweredTickMs, clock.tickMs());
    }
    return send(new AgentFrame.Report(say.report()));
  }

  private Behavior<Command> onAnswer(Answer answer) {
    return answer.attempt() == attempt ? send(answer.piece()) : this;
  }

  /** Streams are ahead of their clients by no more than fits there. */
  private Behavior<Command> onStreamAnswer(StreamAnswer answer) {
    if (answer.attempt() == attempt
        && open
        && connection != null
        && !connection.offerBulk(new AgentFrame.Said(answer.said()))) {
      lose("it does not read streams");
    }
    return this;
  }

  private Behavior<Command> send(AgentFrame frame) {
    if (open && connection != null && !connection.offer(frame)) {
      lose("it does not read");
    }
    return this;
  }

  private Behavior<Command> onHeard(Heard heard) {
    if (heard.attempt() != attempt) {
      return this;
    }
    unansweredTickMs = Long.MAX_VALUE;
    failures = 0;
    if (heard.frame() instanceof AgentFrame.Order order) {
      ActorRef<HostActor.Command> host = hosts.get(order.order().node());
      if (host != null) {
        host.tell(new HostActor.Ordered(order.order()));
      }
    } else if (heard.frame() instanceof AgentFrame.Read read) {
      ActorRef<Command> self = getContext().getSelf();
      int asked = attempt;
      logs.tell(
          new LogActor.Read(
              read.read(),
              piece -> self.tell(new Answer(asked, new AgentFrame.Piece(read.request(), piece)))));
    } else if (heard.frame() instanceof AgentFrame.Open opening) {
      ActorRef<Command> self = getContext().getSelf();
      int since = attempt;
      streams.tell(
          new StreamsActor.Open(
              opening.stream(), opening.open(), said -> self.tell(new StreamAnswer(since, said))));
    } else if (heard.frame() instanceof AgentFrame.Said said) {
      streams.tell(new StreamsActor.Said(said.said()));
    }
    return this;
  }

  private Behavior<Command> onLost(Lost lost) {
    if (lost.attempt() == attempt && connection != null) {
      lose(lost.reason());
    }
    return this;
  }

  private Behavior<Command> onLook() {
    long now = clock.tickMs();
    if (connection != null && !open && now - openingTickMs > OPEN_LIMIT_MS) {
      lose("it does not open");
    } else if (open && now - SILENCE_MAX_MS > unansweredTickMs) {
      lose("it is silent");
    }
    return this;
  }

  private Behavior<Command> onStop() {
    if (connection != null) {
      connection.close();
    }
    return this;
  }

  private void lose(String reason) {
    if (connection != null) {
      connection.close();
      connection = null;
    }
    streams.tell(StreamsActor.Lost.CONNECTION);
    if (open) {
      nodes.subList(0, greeted).forEach(node -> node.tell(new HostActor.Connection(false)));
    }
    open = false;
    unansweredTickMs = Long.MAX_VALUE;
    timers.cancel(Timer.HELLOS);
    long most = Math.min(BACKOFF_MAX_MS, BACKOFF_MIN_MS << Math.min(failures, 10));
    Duration pause = Duration.ofMillis(most / 2 + random.nextLong(most / 2 + 1));
    if (failures == 0 || failures % doors.size() == 0) {
      getContext().getLog().warn("door lost url={} reason={}", doors.get(door), reason);
    }
    failures++;
    door = (door + 1) % doors.size();
    timers.startSingleTimer(Timer.CONNECT, pause);
  }
}
