// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.wire.FrameBundle;
import java.util.HashMap;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.util.ByteString;

/**
 * The streams over one agent's connection, each known by its number there. The connection's own
 * traffic goes first, so streams have a queue of their own.
 */
final class SessionStreams {

  /** Above what one agent opens. */
  private static final int STREAMS_MAX = 256;

  /** The client of a stream is gone, with its scheduler node or by itself. */
  record ClientGone(long stream) implements Wire {}

  private final ActorContext<Wire> context;
  private final BoundedSourceQueue<ByteString> bulk;
  private final Map<Long, ActorRef<Wire>> clients = new HashMap<>();
  private long opened;

  SessionStreams(ActorContext<Wire> context, BoundedSourceQueue<ByteString> bulk) {
    this.context = context;
    this.bulk = bulk;
  }

  void open(NodeEntity.OpenStream asked) {
    if (clients.size() >= STREAMS_MAX) {
      asked
          .client()
          .tell(new Refused(Refusal.STREAM_LIMIT, "the agent's connection has too many streams"));
      return;
    }
    opened++;
    try {
      if (!offer(new AgentFrame.Open(opened, asked.open()))) {
        asked.client().tell(new Refused(Refusal.NO_ANSWER, "the agent is busy"));
        return;
      }
    } catch (IllegalArgumentException tooLarge) {
      asked.client().tell(new Refused(Refusal.INVALID_SPEC, "the command is too long"));
      return;
    }
    clients.put(opened, asked.client());
    context.watchWith(asked.client(), new ClientGone(opened));
    asked.client().tell(new NodeEntity.StreamRouted(context.getSelf(), opened));
  }

  void fromClient(StreamSaid said) {
    ActorRef<Wire> client = clients.get(said.stream());
    if (client == null) {
      return;
    }
    boolean taken = offer(new AgentFrame.Said(said));
    if (!taken) {
      client.tell(broken(said.stream(), "the agent does not read"));
    }
    if (!taken || said.part() instanceof StreamPart.Closed) {
      forget(said.stream());
    }
  }

  void fromAgent(StreamSaid said) {
    ActorRef<Wire> client = clients.get(said.stream());
    if (client != null) {
      client.tell(said);
      if (said.part() instanceof StreamPart.Closed || said.part() instanceof StreamPart.Refused) {
        forget(said.stream());
      }
    }
  }

  void onGone(ClientGone gone) {
    if (clients.remove(gone.stream()) != null) {
      boolean said =
          offer(
              new AgentFrame.Said(
                  new StreamSaid(
                      gone.stream(), 0, new StreamPart.Closed(StreamPart.End.LEFT, 0, ""))));
      context.getLog().info("stream's client is gone stream={} told={}", gone.stream(), said);
    }
  }

  void close() {
    clients.forEach(
        (stream, client) -> client.tell(broken(stream, "the agent's connection was lost")));
    clients.clear();
    try {
      bulk.complete();
    } catch (IllegalStateException ended) {
      return; // with the connection
    }
  }

  private void forget(long stream) {
    ActorRef<Wire> client = clients.remove(stream);
    if (client != null) {
      context.unwatch(client);
    }
  }

  private boolean offer(AgentFrame frame) {
    return bulk.offer(FrameBundle.of(frame)).isEnqueued();
  }

  private static StreamSaid broken(long stream, String detail) {
    return new StreamSaid(stream, 0, new StreamPart.Closed(StreamPart.End.BROKEN, 0, detail));
  }
}
