// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.pki.AgentNames;
import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.wire.BadFrame;
import io.mosu.scheduler.wire.FrameBundle;
import java.time.Duration;
import java.time.Instant;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.util.ByteString;

/** One agent's connection: brings its reports to its nodes' actors and their orders to it. */
final class SessionActor extends AbstractBehavior<Wire> {

  /** Longer than an agent may wait for output. */
  private static final long READ_LIMIT_MS = 30_000;

  private static final int READS_MAX = 1_024;
  private static final Duration SWEEP_EVERY = Duration.ofSeconds(5);
  private static final Duration CLOSE_LIMIT = Duration.ofSeconds(2);
  private static final Duration LOOK_EVERY = Duration.ofHours(1);

  /** One message of the stream; the next comes once it is taken. */
  record Acked(ActorRef<Taken> ackTo, Wire message) implements Wire {}

  record Opened(ActorRef<Taken> ackTo) implements Wire {}

  record Received(ByteString bytes) implements Wire {}

  record Broken(String reason) implements Wire {}

  enum Taken {
    INSTANCE
  }

  enum Closed implements Wire {
    INSTANCE
  }

  private enum Expired implements Wire {
    INSTANCE
  }

  private enum Sweep implements Wire {
    INSTANCE
  }

  private record Reading(ActorRef<Wire> replyTo, long untilTickMs) {}

  private final BoundedSourceQueue<ByteString> outgoing;

  /** What is said after all else, if anything. */
  private final CompletableFuture<List<String>> lastWord;

  private final BiConsumer<NodeId, Wire> nodes;

  /** Whom it may speak for; empty where nobody asks. */
  private final Optional<AgentNames> names;

  private final TimerScheduler<Wire> timers;
  private final SessionStreams streams;
  private final Map<Long, Reading> reads = new LinkedHashMap<>();
  private long requests;
  private boolean closing;

  static Behavior<Wire> create(
      BoundedSourceQueue<ByteString> outgoing,
      BoundedSourceQueue<ByteString> bulk,
      CompletableFuture<List<String>> lastWord,
      BiConsumer<NodeId, Wire> nodes,
      Optional<AgentNames> names) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers ->
                    new SessionActor(context, timers, outgoing, bulk, lastWord, nodes, names)));
  }

  private SessionActor(
      ActorContext<Wire> context,
      TimerScheduler<Wire> timers,
      BoundedSourceQueue<ByteString> outgoing,
      BoundedSourceQueue<ByteString> bulk,
      CompletableFuture<List<String>> lastWord,
      BiConsumer<NodeId, Wire> nodes,
      Optional<AgentNames> names) {
    super(context);
    context.setLoggerName(SessionActor.class);
    this.outgoing = outgoing;
    this.streams = new SessionStreams(context, bulk);
    this.lastWord = lastWord;
    this.nodes = nodes;
    this.names = names;
    this.timers = timers;
    onExpiry(Expired.INSTANCE);
    timers.startTimerWithFixedDelay(Sweep.INSTANCE, SWEEP_EVERY);
  }

  @Override
  public Receive<Wire> createReceive() {
    return newReceiveBuilder()
        .onMessage(Acked.class, this::onAcked)
        .onMessage(HostOrder.class, this::onOrder)
        .onMessage(NodeEntity.ReadLog.class, this::onReadLog)
        .onMessage(NodeEntity.OpenStream.class, open -> onStream(() -> streams.open(open)))
        .onMessage(StreamSaid.class, said -> onStream(() -> streams.fromClient(said)))
        .onMessage(SessionStreams.ClientGone.class, gone -> onStream(() -> streams.onGone(gone)))
        .onMessage(Opened.class, this::onOpened)
        .onMessage(Closed.class, closed -> Behaviors.stopped())
        .onMessage(Sweep.class, this::onSweep)
        .onMessage(Expired.class, this::onExpiry)
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Wire> onOpened(Opened opened) {
    opened.ackTo().tell(Taken.INSTANCE);
    return this;
  }

  private Behavior<Wire> onAcked(Acked acked) {
    acked.ackTo().tell(Taken.INSTANCE);
    if (acked.message() == Closed.INSTANCE) {
      return Behaviors.stopped();
    }
    if (acked.message() instanceof Broken broken) {
      return close(broken.reason());
    }
    if (closing || !(acked.message() instanceof Received received)) {
      return this;
    }
    try {
      for (AgentFrame frame : FrameBundle.read(received.bytes())) {
        if (frame instanceof AgentFrame.Report report && !mayBe(report.report().node())) {
          return close(
              "its certificate does not name node %s, but %s"
                  .formatted(
                      report.report().node(),
                      String.join(", ", names.map(AgentNames::names).orElse(List.of()))));
        }
        if (!take(frame)) {
          return close("a frame that only a door sends");
        }
      }
      return this;
    } catch (BadFrame garbage) {
      return close(garbage.toString());
    }
  }

  /** Looks again now and then: timers do not reach as far as certificates. */
  private Behavior<Wire> onExpiry(Expired look) {
    if (names.isEmpty()) {
      return this;
    }
    Duration left = Duration.between(Instant.now(), names.get().until());
    if (left.isNegative() || left.isZero()) {
      return close("its certificate has expired");
    }
    timers.startSingleTimer(look, left.compareTo(LOOK_EVERY) < 0 ? left : LOOK_EVERY);
    return this;
  }

  private boolean mayBe(NodeId node) {
    return names.map(mine -> mine.include(node.value())).orElse(true);
  }

  private boolean take(AgentFrame frame) {
    if (frame instanceof AgentFrame.Report report) {
      nodes.accept(
          report.report().node(),
          new NodeEntity.FromAgent(getContext().getSelf(), report.report()));
      return true;
    }
    if (frame instanceof AgentFrame.Piece piece) {
      Reading reading = reads.remove(piece.request());
      if (reading != null) {
        reading.replyTo().tell(piece.piece());
      }
      return true;
    }
    if (frame instanceof AgentFrame.Said said) {
      streams.fromAgent(said.said());
      return true;
    }
    return false;
  }

  private Behavior<Wire> onStream(Runnable step) {
    step.run();
    return this;
  }

  /** What does not fit a frame never gets there, so it never ran: said in the agent's place. */
  private Behavior<Wire> onOrder(HostOrder order) {
    try {
      return send(new AgentFrame.Order(order));
    } catch (IllegalArgumentException tooLarge) {
      getContext().getLog().warn("order not sent node={}", order.node(), tooLarge);
      if (order instanceof HostOrder.StartTask start) {
        HostReport never =
            new HostReport.TaskExited(
                order.node(), start.token(), new Exit(Exit.Kind.NOT_STARTED, 0));
        nodes.accept(order.node(), new NodeEntity.FromAgent(getContext().getSelf(), never));
      }
      return this;
    }
  }

  private Behavior<Wire> onReadLog(NodeEntity.ReadLog read) {
    if (reads.size() >= READS_MAX) {
      read.replyTo().tell(noAnswer(read.read().node()));
      return this;
    }
    requests++;
    reads.put(requests, new Reading(read.replyTo(), tickMs() + READ_LIMIT_MS));
    return send(new AgentFrame.Read(requests, read.read()));
  }

  private Behavior<Wire> onSweep(Sweep sweep) {
    Iterator<Reading> oldest = reads.values().iterator();
    while (oldest.hasNext() && oldest.next().untilTickMs() <= tickMs()) {
      oldest.remove();
    }
    return this;
  }

  /** An agent that does not read what it is sent is cut off: it comes back by itself. */
  private Behavior<Wire> send(AgentFrame frame) {
    if (closing) {
      return this;
    }
    if (!outgoing.offer(FrameBundle.of(frame)).isEnqueued()) {
      getContext().getLog().warn("agent cut off, it does not read");
      return Behaviors.stopped();
    }
    return this;
  }

  /** Says why, lets that be sent, and ends. */
  private Behavior<Wire> close(String reason) {
    if (!closing) {
      closing = true;
      getContext().getLog().warn("agent cut off reason={}", reason);
      lastWord.complete(List.of(reason));
      complete();
      timers.startSingleTimer(Closed.INSTANCE, CLOSE_LIMIT);
    }
    return this;
  }

  private Behavior<Wire> onStop(PostStop stop) {
    streams.close();
    complete();
    return this;
  }

  private void complete() {
    lastWord.complete(List.of());
    try {
      outgoing.complete();
    } catch (IllegalStateException ended) {
      return; // by itself; to look first would be too late
    }
  }

  private static Refused noAnswer(NodeId node) {
    return new Refused(Refusal.NO_ANSWER, "the agent of node " + node + " is busy");
  }

  private static long tickMs() {
    return System.nanoTime() / 1_000_000;
  }
}
