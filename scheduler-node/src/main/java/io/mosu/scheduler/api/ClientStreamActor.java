// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamPump;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/** The client's side of one stream, between its WebSocket and the session of the task's agent. */
final class ClientStreamActor extends AbstractBehavior<Wire> {

  /** How long a client may take to say what it wants, and an agent to open it. */
  private static final long OPEN_LIMIT_MS = 10_000;

  /** How long a client may take to read what there was before the end. */
  private static final long CLOSE_LIMIT_MS = 30_000;

  private static final Duration LOOK_EVERY = Duration.ofSeconds(1);

  /** The client's next message comes once {@code ackTo} has heard of this one. */
  record FromClient(ActorRef<Taken> ackTo, ClientSaid said) implements Wire {}

  record ClientReady(ActorRef<Taken> ackTo) implements Wire {}

  enum ClientLeft implements Wire {
    INSTANCE
  }

  /** Where what is said to the client goes, one by one. */
  record Socket(ActorRef<ToClient> client) implements Wire {}

  enum Taken implements Wire {
    INSTANCE
  }

  private enum Look implements Wire {
    INSTANCE
  }

  /** A part that clients are not told of. */
  private enum Skipped implements Wire {
    INSTANCE
  }

  private record SessionGone() implements Wire {}

  /** A text, or else bytes. */
  record ClientSaid(@Nullable String text, ByteString bytes) {}

  /** What the client is told; nothing for the end. */
  record ToClient(Optional<Message> message) {}

  private record Outgoing(Message message, boolean data) {}

  private final ApiContext.Streams limits;
  private final Function<String, StreamOpen> first;
  private final Entities entities;
  private final Runnable ended;
  private final StreamPump pump;
  private final Deque<Outgoing> outgoing = new ArrayDeque<>();
  private final long sinceTickMs = tickMs();
  private long lastTickMs = sinceTickMs;
  private long closingTickMs = Long.MAX_VALUE;
  private @Nullable Outgoing sending;
  private @Nullable ActorRef<ToClient> client;
  private @Nullable ActorRef<Wire> session;
  private @Nullable ActorRef<Taken> waitsForOpening;
  private StreamPart.@Nullable Closed closed;
  private long stream;
  private boolean asked;
  private boolean opened;

  /**
   * Waits for the client's first text, which {@code first} makes a request of, or fails with a
   * {@link Denial}.
   */
  static Behavior<Wire> create(
      ApiContext.Streams limits,
      Function<String, StreamOpen> first,
      Entities entities,
      Runnable ended) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> new ClientStreamActor(context, timers, limits, first, entities, ended)));
  }

  private ClientStreamActor(
      ActorContext<Wire> context,
      TimerScheduler<Wire> timers,
      ApiContext.Streams limits,
      Function<String, StreamOpen> first,
      Entities entities,
      Runnable ended) {
    super(context);
    context.setLoggerName(ClientStreamActor.class);
    this.limits = limits;
    this.first = first;
    this.entities = entities;
    this.ended = ended;
    this.pump =
        new StreamPump(
            new StreamPump.Ends() {
              @Override
              public void toPeer(long sequence, StreamPart part) {
                toSession(sequence, part);
              }

              @Override
              public void toLocal(StreamPart part) {
                if (part instanceof StreamPart.Data data && data.bytes().length > 0) {
                  say(StreamTalk.output(data), true);
                } else {
                  context.getSelf().tell(Skipped.INSTANCE);
                }
              }
            });
    timers.startTimerWithFixedDelay(Look.INSTANCE, LOOK_EVERY);
  }

  @Override
  public Receive<Wire> createReceive() {
    return newReceiveBuilder()
        .onMessage(Socket.class, this::onSocket)
        .onMessage(ClientReady.class, this::onReady)
        .onMessage(FromClient.class, this::onFromClient)
        .onMessage(ClientLeft.class, left -> Behaviors.stopped())
        .onMessage(Taken.class, taken -> onTaken())
        .onMessage(Skipped.class, skipped -> onSkipped())
        .onMessage(NodeEntity.StreamRouted.class, this::onRouted)
        .onMessage(Refused.class, refused -> refuse(refused.reason(), refused.detail()))
        .onMessage(StreamSaid.class, this::onSaid)
        .onMessage(SessionGone.class, gone -> broken("the agent's connection was lost"))
        .onMessage(Look.class, look -> onLook())
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Wire> onSocket(Socket socket) {
    client = socket.client();
    send();
    return this;
  }

  private Behavior<Wire> onReady(ClientReady ready) {
    ready.ackTo().tell(Taken.INSTANCE);
    return this;
  }

  private Behavior<Wire> onFromClient(FromClient from) {
    lastTickMs = tickMs();
    if (closed != null) {
      from.ackTo().tell(Taken.INSTANCE);
      return this;
    }
    try {
      String text = from.said().text();
      if (!asked) {
        asked = true;
        waitsForOpening = from.ackTo();
        entities.openStream(first.apply(text == null ? "" : text), getContext().getSelf());
        return this;
      }
      List<StreamPart> parts =
          text == null ? StreamTalk.input(from.said().bytes()) : List.of(StreamTalk.part(text));
      for (int i = 0; i < parts.size(); i++) {
        boolean last = i == parts.size() - 1;
        pump.fromLocal(parts.get(i), last ? () -> from.ackTo().tell(Taken.INSTANCE) : () -> {});
      }
      if (parts.isEmpty()) {
        from.ackTo().tell(Taken.INSTANCE);
      }
      return this;
    } catch (Denial wrong) {
      return refuse(wrong.problem());
    }
  }

  private Behavior<Wire> onRouted(NodeEntity.StreamRouted routed) {
    session = routed.session();
    stream = routed.stream();
    getContext().watchWith(routed.session(), new SessionGone());
    return this;
  }

  private Behavior<Wire> onSaid(StreamSaid said) {
    StreamPart part = said.part();
    if (closed != null) {
      return this;
    }
    if (!pump.follows(said.sequence())) {
      return broken("a part of the stream was lost");
    }
    if (part instanceof StreamPart.Refused refused) {
      return refuse(refused.reason(), refused.detail());
    }
    if (part instanceof StreamPart.Closed last) {
      session = null;
      return close(last);
    }
    if (part instanceof StreamPart.Opened) {
      opened = true;
      say(StreamTalk.opened(), false);
      if (waitsForOpening != null) {
        waitsForOpening.tell(Taken.INSTANCE);
        waitsForOpening = null;
      }
      return this;
    }
    lastTickMs = part instanceof StreamPart.Data ? tickMs() : lastTickMs;
    return pump.fromPeer(part) ? this : broken("the agent broke the window");
  }

  private Behavior<Wire> onTaken() {
    Outgoing sent = sending;
    sending = null;
    if (sent != null && sent.data()) {
      pump.taken();
    }
    send();
    return drained();
  }

  private Behavior<Wire> onSkipped() {
    pump.taken();
    return drained();
  }

  private Behavior<Wire> onLook() {
    long now = tickMs();
    if (closed != null) {
      return now - closingTickMs > CLOSE_LIMIT_MS ? Behaviors.stopped() : this;
    } else if (!opened && now - sinceTickMs > OPEN_LIMIT_MS) {
      return refuse(Refusal.NO_ANSWER, "the task's host did not open the stream in time");
    } else if (now - sinceTickMs > limits.life().toMillis()) {
      return close(new StreamPart.Closed(StreamPart.End.TOO_LONG, 0, "open for too long"));
    } else if (now - lastTickMs > limits.idle().toMillis()) {
      return close(new StreamPart.Closed(StreamPart.End.IDLE, 0, "nothing was said for too long"));
    }
    return this;
  }

  private Behavior<Wire> refuse(Refusal reason, String detail) {
    return refuse(Problem.of(reason, detail));
  }

  private Behavior<Wire> refuse(Problem problem) {
    if (closed == null) {
      say(StreamTalk.refused(problem), false);
      closed = new StreamPart.Closed(StreamPart.End.BROKEN, 0, problem.detail());
      closingTickMs = tickMs();
    }
    return drained();
  }

  private Behavior<Wire> broken(String detail) {
    return closed == null
        ? close(new StreamPart.Closed(StreamPart.End.BROKEN, 0, detail))
        : drained();
  }

  /** The client first gets all that came before. */
  private Behavior<Wire> close(StreamPart.Closed why) {
    closed = why;
    closingTickMs = tickMs();
    return drained();
  }

  private Behavior<Wire> drained() {
    StreamPart.Closed why = closed;
    if (why == null || !pump.drained() || sending != null || !outgoing.isEmpty()) {
      return this;
    }
    if (client != null) {
      client.tell(new ToClient(Optional.of(StreamTalk.closed(why))));
      client.tell(new ToClient(Optional.empty()));
    }
    return Behaviors.stopped();
  }

  private void say(Message message, boolean data) {
    outgoing.add(new Outgoing(message, data));
    send();
  }

  private void send() {
    if (client != null && sending == null && !outgoing.isEmpty()) {
      sending = outgoing.remove();
      client.tell(new ToClient(Optional.of(sending.message())));
    }
  }

  private void toSession(long sequence, StreamPart part) {
    if (session != null) {
      session.tell(new StreamSaid(stream, sequence, part));
    }
  }

  private Behavior<Wire> onStop(PostStop stop) {
    StreamPart.Closed why = closed;
    toSession(0, why == null ? new StreamPart.Closed(StreamPart.End.LEFT, 0, "") : why);
    if (client != null) {
      client.tell(new ToClient(Optional.empty()));
    }
    ended.run();
    return this;
  }

  private static long tickMs() {
    return System.nanoTime() / 1_000_000;
  }
}
