// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.pki.AgentNames;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.wire.FrameBundle;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiConsumer;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.TextMessage;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.japi.pf.PFBuilder;
import org.apache.pekko.stream.StreamTcpException;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSink;
import org.apache.pekko.util.ByteString;

/** Lets agents in by WebSocket; each connection gets a {@link SessionActor}. */
public final class AgentDoor {

  /** Connections at once; an agent that is refused tries the next door. */
  private static final int SESSIONS_MAX = 4_096;

  /** Frames that wait for one agent to read them; beyond, it is cut off. */
  private static final int OUTGOING_MAX = 8_192;

  /** Parts of streams that wait for the same; beyond, the stream is closed. */
  private static final int BULK_MAX = 32_768;

  private final ActorSystem<?> system;
  private final BiConsumer<NodeId, Wire> nodes;
  private final long messageLimit;
  private static final AtomicLong OPENED = new AtomicLong();
  private final AtomicInteger sessions = new AtomicInteger();

  private AgentDoor(ActorSystem<?> system, BiConsumer<NodeId, Wire> nodes, long frameLimit) {
    this.system = system;
    this.nodes = nodes;
    this.messageLimit = frameLimit + FrameBundle.PREFIX;
  }

  /** The route, without its path, that upgrades agents' requests. */
  public static Route route(
      ActorSystem<?> system, ClusterSharding sharding, long frameLimit, boolean tls) {
    return route(
        system,
        (node, message) -> sharding.entityRefFor(NodeEntity.TYPE_KEY, node.value()).tell(message),
        frameLimit,
        tls);
  }

  /** As below, without certificates. */
  public static Route route(
      ActorSystem<?> system, BiConsumer<NodeId, Wire> nodes, long frameLimit) {
    return route(system, nodes, frameLimit, false);
  }

  /**
   * As above; {@code nodes} brings a message to the actor of a node.
   *
   * @param tls whether an agent needs a certificate that names its nodes
   */
  public static Route route(
      ActorSystem<?> system, BiConsumer<NodeId, Wire> nodes, long frameLimit, boolean tls) {
    AgentDoor door = new AgentDoor(system, nodes, frameLimit);
    return tls
        ? Directives.extractRequest(
            request ->
                AgentCertificate.of(request)
                    .map(names -> door.upgrade(Optional.of(names)))
                    .orElseGet(
                        () ->
                            Directives.complete(
                                StatusCodes.UNAUTHORIZED, AgentCertificate.MISSING)))
        : door.upgrade(Optional.empty());
  }

  private Route upgrade(Optional<AgentNames> names) {
    AgentDoor door = this;
    return Directives.extractWebSocketUpgrade(
        upgrade -> {
          if (door.sessions.incrementAndGet() > SESSIONS_MAX) {
            door.sessions.decrementAndGet();
            return Directives.complete(StatusCodes.SERVICE_UNAVAILABLE, "too many agents");
          }
          return Directives.complete(upgrade.handleMessagesWith(door.session(names)));
        });
  }

  private Flow<Message, Message, NotUsed> session(Optional<AgentNames> names) {
    var outgoing = Source.<ByteString>queue(OUTGOING_MAX).preMaterialize(system);
    var bulk = Source.<ByteString>queue(BULK_MAX).preMaterialize(system);
    CompletableFuture<List<String>> lastWord = new CompletableFuture<>();
    Source<Message, NotUsed> said =
        FrameBundle.merging(outgoing.second(), bulk.second())
            .via(FrameBundle.joining())
            .<Message>map(BinaryMessage::create)
            .concat(
                Source.completionStage(lastWord)
                    .mapConcat(words -> words)
                    .map(TextMessage::create));
    ActorRef<Wire> session =
        system.systemActorOf(
            SessionActor.create(outgoing.first(), bulk.first(), lastWord, nodes, names),
            "agent-session-" + OPENED.incrementAndGet(),
            Props.empty());
    Sink<Message, NotUsed> incoming =
        Flow.<Message>create()
            .mapAsync(1, this::bytes)
            .<Wire>map(SessionActor.Received::new)
            .recover(
                new PFBuilder<Throwable, Wire>()
                    .match(StreamTcpException.class, cause -> SessionActor.Closed.INSTANCE)
                    .matchAny(cause -> new SessionActor.Broken(cause.toString()))
                    .build())
            .to(
                ActorSink.actorRefWithBackpressure(
                    session,
                    SessionActor.Acked::new,
                    SessionActor.Opened::new,
                    SessionActor.Taken.INSTANCE,
                    SessionActor.Closed.INSTANCE,
                    cause -> SessionActor.Closed.INSTANCE));
    // not coupled: the session's last word, why it closes, must still get out
    return Flow.fromSinkAndSource(incoming, said)
        .watchTermination(
            (notUsed, done) -> {
              done.whenComplete(
                  (ok, failure) -> {
                    sessions.decrementAndGet();
                    session.tell(SessionActor.Closed.INSTANCE);
                  });
              return notUsed;
            });
  }

  private CompletionStage<ByteString> bytes(Message message) {
    if (message.isText()) {
      return CompletableFuture.failedFuture(new IllegalArgumentException("text, not bytes"));
    }
    BinaryMessage binary = message.asBinaryMessage();
    if (binary.isStrict()) {
      ByteString bytes = binary.getStrictData();
      return bytes.size() <= messageLimit
          ? CompletableFuture.completedFuture(bytes)
          : CompletableFuture.failedFuture(
              new IllegalArgumentException(
                  bytes.size() + " bytes, a message takes " + messageLimit));
    }
    return binary
        .getStreamedData()
        .limitWeighted(messageLimit, bytes -> (long) bytes.size())
        .runFold(ByteString.emptyByteString(), ByteString::concat, system);
  }
}
