// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.wire.FrameBundle;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.Done;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.ws.BinaryMessage;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketRequest;
import org.apache.pekko.stream.BoundedSourceQueue;
import org.apache.pekko.stream.Materializer;
import org.apache.pekko.stream.SystemMaterializer;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Keep;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** One WebSocket to a door. */
final class DoorConnection {

  private static final long READ_LIMIT_MS = 5_000;

  /** Parts of streams that wait to be sent; all that the agent's streams may have on their way. */
  private static final int BULK_MAX = 32_768;

  private final BoundedSourceQueue<ByteString> outgoing;
  private final BoundedSourceQueue<ByteString> bulk;

  private DoorConnection(
      BoundedSourceQueue<ByteString> outgoing, BoundedSourceQueue<ByteString> bulk) {
    this.outgoing = outgoing;
    this.bulk = bulk;
  }

  /** Hears of the connection, on threads of its own: it must only tell somebody. */
  interface Listener {
    void opened();

    void heard(AgentFrame frame);

    /** Said once or more when it is over, also where it never was opened. */
    void lost(String reason);
  }

  /** Begins to connect; what is said before the door has opened waits. */
  static DoorConnection open(
      ActorSystem<?> system, String url, int outgoingMax, Listener listener) {
    Materializer materializer = SystemMaterializer.get(system).materializer();
    var queue = Source.<ByteString>queue(outgoingMax).preMaterialize(materializer);
    var bulk = Source.<ByteString>queue(BULK_MAX).preMaterialize(materializer);
    Source<Message, NotUsed> bundles =
        FrameBundle.merging(queue.second(), bulk.second())
            .via(FrameBundle.joining())
            .map(BinaryMessage::create);
    Sink<Message, CompletionStage<Done>> incoming =
        Flow.<Message>create()
            .mapAsync(1, message -> bytes(message, materializer))
            .mapConcat(FrameBundle::read)
            .toMat(Sink.foreach(listener::heard), Keep.right());
    Flow<Message, Message, CompletionStage<Done>> flow =
        Flow.fromSinkAndSourceCoupledMat(incoming, bundles, Keep.left());
    var asked =
        Http.get(Adapter.toClassic(system))
            .singleWebSocketRequest(WebSocketRequest.create(url), flow, materializer);
    asked
        .first()
        .whenComplete(
            (upgrade, failure) -> {
              if (failure != null) {
                listener.lost(reason(failure));
              } else if (upgrade.response().status().equals(StatusCodes.SWITCHING_PROTOCOLS)) {
                listener.opened();
              } else {
                listener.lost(
                    "it answered "
                        + upgrade.response().status()
                        + (upgrade.response().status().equals(StatusCodes.UNAUTHORIZED)
                            ? ": it wants a certificate, see --certificates"
                            : ""));
              }
            });
    asked
        .second()
        .whenComplete(
            (done, failure) ->
                listener.lost(failure == null ? "it closed the connection" : reason(failure)));
    return new DoorConnection(queue.first(), bulk.first());
  }

  /** Whether there was room to send it later. */
  boolean offer(AgentFrame frame) {
    return outgoing.offer(FrameBundle.of(frame)).isEnqueued();
  }

  /** As {@link #offer}, behind all that is offered there. */
  boolean offerBulk(AgentFrame frame) {
    return bulk.offer(FrameBundle.of(frame)).isEnqueued();
  }

  void close() {
    try {
      outgoing.complete();
    } catch (IllegalStateException ended) {
      return; // by itself; to look first would be too late
    }
  }

  private static CompletionStage<ByteString> bytes(Message message, Materializer materializer) {
    if (message.isText()) {
      return message
          .asTextMessage()
          .toStrict(READ_LIMIT_MS, materializer)
          .thenApply(
              last -> {
                throw new IllegalStateException("it said: " + last.getStrictText());
              });
    }
    return message
        .asBinaryMessage()
        .toStrict(READ_LIMIT_MS, materializer)
        .thenApply(BinaryMessage::getStrictData);
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    String message = String.valueOf(cause.getMessage());
    return message.contains("fatal alert")
        ? "it takes no certificate of this agent, which may have expired or be of another authority: "
            + message
        : message;
  }
}
