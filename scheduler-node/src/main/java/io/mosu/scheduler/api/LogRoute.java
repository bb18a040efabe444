// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/** Logs, read piece by piece from the agents as fast as the client takes them. */
final class LogRoute {
  /** Where the first byte of the answer lies in the log: behind what was dropped, if any. */
  private static final String OFFSET = "Mosu-Log-Offset";

  private final KnownJobs known;
  private final Entities entities;
  private final LogPieces pieces;
  private final Duration patience;

  LogRoute(ApiContext context, Duration patience) {
    this.known = new KnownJobs(context);
    this.entities = context.entities();
    this.pieces = new LogPieces(context.system(), context.entities(), patience);
    this.patience = patience;
  }

  CompletionStage<HttpResponse> answer(HttpRequest request, String id) {
    Parameters parameters = new Parameters(request, List.of("task", "follow", "offset"));
    boolean follow = parameters.flag("follow");
    long offset = parameters.whole("offset", 0, Long.MAX_VALUE / 2, 0);
    int task = parameters.whole("task", 0, 1_023, -1);
    return known
        .job(id)
        .thenCompose(
            job ->
                Answers.read(
                    entities.tenant(job.tenant(), new TenantQuery.Get(job.number(), 0), patience),
                    JobAnswer.class))
        .thenCompose(answer -> answer(answer.job(), task, offset, follow));
  }

  private CompletionStage<HttpResponse> answer(Job job, int task, long offset, boolean follow) {
    List<Placement.Part> parts = job.placement().map(Placement::parts).orElse(List.of());
    if (parts.isEmpty()) {
      throw new Denial(Refusal.NO_LOG, job.id() + " has not been placed");
    }
    if (task >= parts.size()) {
      throw Parameters.denial("task", job.id() + " has " + parts.size() + " tasks, the first is 0");
    }
    if (task >= 0 || parts.size() == 1) {
      return one(parts.get(Math.max(task, 0)), offset, follow);
    }
    if (offset > 0) {
      throw Parameters.denial("offset", "needs task: " + job.id() + " has several");
    }
    return CompletableFuture.completedFuture(stream(all(parts, follow)));
  }

  /** The first piece is read before the answer begins, so that no log is an error of its own. */
  private CompletionStage<HttpResponse> one(Placement.Part part, long offset, boolean follow) {
    return pieces
        .first(part, offset)
        .thenApply(
            first -> {
              if (!first.known()) {
                throw new Denial(
                    Refusal.NO_LOG, "task " + part.task() + " on " + part.node() + " has no log");
              }
              return stream(pieces.from(part, first, follow))
                  .addHeader(RawHeader.create(OFFSET, Long.toString(first.offset())));
            });
  }

  private Source<ByteString, NotUsed> all(List<Placement.Part> parts, boolean follow) {
    Source<Placement.Part, NotUsed> source = Source.from(parts);
    return follow
        ? source.flatMapMerge(parts.size(), part -> LinePrefix.of(part.task(), present(part, true)))
        : source.flatMapConcat(part -> present(part, false));
  }

  /** A task whose log is not there is left out: the others' logs are still wanted. */
  private Source<ByteString, NotUsed> present(Placement.Part part, boolean follow) {
    return Source.completionStage(
            pieces
                .first(part, 0)
                .exceptionally(failure -> new LogRead.Piece(false, 0, new byte[0], true)))
        .flatMapConcat(first -> first.known() ? pieces.from(part, first, follow) : Source.empty());
  }

  private static HttpResponse stream(Source<ByteString, ?> bytes) {
    return HttpResponse.create()
        .withEntity(
            HttpEntities.createChunked(
                ContentTypes.TEXT_PLAIN_UTF8, bytes.filter(ByteString::nonEmpty)));
  }
}
