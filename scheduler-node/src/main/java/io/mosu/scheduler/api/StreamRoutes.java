// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Consumer;
import java.util.function.Function;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.actor.typed.Props;
import org.apache.pekko.http.javadsl.model.AttributeKeys;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.ws.Message;
import org.apache.pekko.http.javadsl.model.ws.WebSocketUpgrade;
import org.apache.pekko.stream.CompletionStrategy;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.stream.typed.javadsl.ActorSink;
import org.apache.pekko.stream.typed.javadsl.ActorSource;
import org.apache.pekko.util.ByteString;

/** Execs, terminals and tunnels: WebSockets into running tasks. */
final class StreamRoutes {
  /** Of one message; a client splits what is longer. */
  private static final long MESSAGE_BYTES_MAX = 64 * 1024;

  private static final int TASK_MAX = 1_023;
  private static final int PORT_MAX = 65_535;

  private final KnownJobs known;
  private final Entities entities;
  private final Duration patience;
  private final ActorSystem<?> system;
  private final ApiContext.Streams limits;
  private static final AtomicLong OPENED = new AtomicLong();
  private final AtomicInteger open = new AtomicInteger();

  StreamRoutes(ApiContext context, Duration patience) {
    this.known = new KnownJobs(context);
    this.entities = context.entities();
    this.patience = patience;
    this.system = context.system();
    this.limits = context.streams();
  }

  /** What the client's first text asks of the task. */
  private interface Wanted {
    StreamOpen.Target target(String first);
  }

  CompletionStage<HttpResponse> exec(HttpRequest request, String id) {
    int task = new Parameters(request, List.of("task")).whole("task", 0, TASK_MAX, 0);
    return stream(request, id, task, job -> {}, StreamTalk::command);
  }

  CompletionStage<HttpResponse> attach(HttpRequest request, String id) {
    int task = new Parameters(request, List.of("task")).whole("task", 0, TASK_MAX, 0);
    return stream(request, id, task, StreamRoutes::checkTerminal, StreamTalk::terminal);
  }

  CompletionStage<HttpResponse> tunnel(HttpRequest request, String id) {
    Parameters parameters = new Parameters(request, List.of("task", "port"));
    int task = parameters.whole("task", 0, TASK_MAX, 0);
    int port = parameters.whole("port", 1, PORT_MAX, 0);
    if (port == 0) {
      throw Parameters.denial("port", "required: a port that the job has declared");
    }
    return stream(
        request, id, task, job -> checkPort(job, port), first -> StreamTalk.port(first, port));
  }

  private static void checkTerminal(Job job) {
    if (!job.spec().task().terminal()) {
      throw new Denial(Refusal.NO_TERMINAL, job.id() + " does not run on a terminal");
    }
  }

  private static void checkPort(Job job, int port) {
    List<Integer> declared = job.spec().task().ports();
    if (!declared.contains(port)) {
      throw new Denial(
          Refusal.PORT_NOT_DECLARED,
          job.id()
              + " has not declared port "
              + port
              + "; declared: "
              + (declared.isEmpty() ? "none" : declared.toString()));
    }
  }

  private CompletionStage<HttpResponse> stream(
      HttpRequest request, String id, int task, Consumer<Job> check, Wanted wanted) {
    return known
        .job(id)
        .thenCompose(
            job ->
                Answers.read(
                    entities.tenant(job.tenant(), new TenantQuery.Get(job.number(), 0), patience),
                    JobAnswer.class))
        .thenApply(
            answer -> {
              StreamAccess.check(request, answer.job());
              check.accept(answer.job());
              Placement.Part part = part(answer.job(), task);
              return upgrade(
                  request,
                  first -> new StreamOpen(part.node(), part.token(), wanted.target(first)));
            });
  }

  private static Placement.Part part(Job job, int task) {
    List<Placement.Part> parts = job.placement().map(Placement::parts).orElse(List.of());
    if (job.state().terminal()) {
      throw new Denial(Refusal.NOT_RUNNING, job.id() + " has ended");
    }
    if (parts.isEmpty()) {
      throw new Denial(Refusal.NOT_RUNNING, job.id() + " has not been placed");
    }
    if (task >= parts.size()) {
      throw Parameters.denial("task", job.id() + " has " + parts.size() + " tasks, the first is 0");
    }
    if (parts.get(task).exit().isPresent()) {
      throw new Denial(Refusal.NOT_RUNNING, "task " + task + " of " + job.id() + " has ended");
    }
    return parts.get(task);
  }

  private HttpResponse upgrade(HttpRequest request, Function<String, StreamOpen> first) {
    Optional<WebSocketUpgrade> upgrade = request.getAttribute(AttributeKeys.webSocketUpgrade);
    if (upgrade.isEmpty()) {
      throw new Denial(
          Problem.ofRequest(426, "this is a WebSocket", "open it with mosu exec or mosu tunnel"));
    }
    if (open.incrementAndGet() > limits.limit()) {
      open.decrementAndGet();
      throw new Denial(Refusal.STREAM_LIMIT, "this scheduler node has too many streams");
    }
    return upgrade.get().handleMessagesWith(flow(first));
  }

  private Flow<Message, Message, NotUsed> flow(Function<String, StreamOpen> first) {
    ActorRef<Wire> stream =
        system.systemActorOf(
            ClientStreamActor.create(limits, first, entities, open::decrementAndGet),
            "client-stream-" + OPENED.incrementAndGet(),
            Props.empty());
    Sink<Message, NotUsed> from =
        Flow.<Message>create()
            .mapAsync(1, this::said)
            .to(
                ActorSink.actorRefWithBackpressure(
                    stream,
                    ClientStreamActor.FromClient::new,
                    ClientStreamActor.ClientReady::new,
                    ClientStreamActor.Taken.INSTANCE,
                    ClientStreamActor.ClientLeft.INSTANCE,
                    failure -> ClientStreamActor.ClientLeft.INSTANCE));
    Source<Message, ActorRef<ClientStreamActor.ToClient>> to =
        ActorSource.<ClientStreamActor.ToClient, ClientStreamActor.Taken>actorRefWithBackpressure(
                stream.narrow(),
                ClientStreamActor.Taken.INSTANCE,
                said ->
                    said.message().isEmpty()
                        ? Optional.of(CompletionStrategy.draining())
                        : Optional.empty(),
                said -> Optional.empty())
            .map(said -> said.message().orElseThrow());
    return Flow.fromSinkAndSource(
        from,
        to.mapMaterializedValue(
            client -> {
              stream.tell(new ClientStreamActor.Socket(client));
              return NotUsed.getInstance();
            }));
  }

  private CompletionStage<ClientStreamActor.ClientSaid> said(Message message) {
    if (message.isText()) {
      return strict(message.asTextMessage().getStreamedText().map(ByteString::fromString))
          .thenApply(
              bytes ->
                  new ClientStreamActor.ClientSaid(
                      bytes.utf8String(), ByteString.emptyByteString()));
    }
    return (message.asBinaryMessage().isStrict()
            ? CompletableFuture.completedFuture(message.asBinaryMessage().getStrictData())
            : strict(message.asBinaryMessage().getStreamedData()))
        .thenApply(bytes -> new ClientStreamActor.ClientSaid(null, bytes));
  }

  private CompletionStage<ByteString> strict(Source<ByteString, ?> bytes) {
    return bytes
        .limitWeighted(MESSAGE_BYTES_MAX, piece -> (long) piece.size())
        .runFold(ByteString.emptyByteString(), ByteString::concat, system);
  }
}
