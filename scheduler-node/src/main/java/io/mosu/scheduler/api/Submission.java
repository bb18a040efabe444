// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.job.JobSpecParser;
import io.mosu.scheduler.job.ParsedSpec;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpEntity;
import org.apache.pekko.http.javadsl.model.HttpHeader;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.RequestEntity;
import org.apache.pekko.http.scaladsl.model.EntityStreamSizeException;
import org.apache.pekko.stream.javadsl.Sink;

/** Takes jobs in: one body, read whole within bounds of size and time. */
final class Submission {
  private static final int KEY_MAX = 128;
  private static final long BODY_TIMEOUT_MS = 10_000;
  private static final Set<String> TYPES =
      Set.of(
          "application/json",
          "application/yaml",
          "application/x-yaml",
          "text/yaml",
          "text/x-yaml",
          "text/vnd.yaml");

  /** A body that is too large is read on for a moment, or the client would not see the answer. */
  private static final long DRAIN_BYTES_MAX = 16L << 20;

  private static final Duration DRAIN_TIMEOUT = Duration.ofSeconds(5);

  private final ActorSystem<?> system;
  private final Entities entities;
  private final Board board;
  private final BlobRoute blobs;
  private final Duration patience;

  Submission(ApiContext context, BlobRoute blobs, Duration patience) {
    this.blobs = blobs;
    this.system = context.system();
    this.entities = context.entities();
    this.board = context.board();
    this.patience = patience;
  }

  CompletionStage<HttpResponse> answer(HttpRequest request) {
    String key = key(request);
    refuseType(request.entity().getContentType().mediaType().toString());
    return body(request.entity())
        .thenCompose(
            bytes -> {
              ParsedSpec parsed = JobSpecParser.parse(bytes);
              if (parsed instanceof ParsedSpec.Rejected rejected) {
                throw new Denial(Problem.of(rejected.errors()));
              }
              ParsedSpec.Accepted accepted = (ParsedSpec.Accepted) parsed;
              return uploaded(accepted.spec().task().workdir())
                  .thenCompose(
                      known ->
                          Answers.write(
                              entities.tenant(
                                  accepted.tenant(),
                                  new TenantQuery.Submit(accepted.spec(), key),
                                  patience),
                              JobAnswer.class));
            })
        .thenApply(
            answer -> {
              board.know(Set.of(answer.job().id().tenant()));
              return Json.response(answer.repeated() ? 200 : 201, JobView.of(answer));
            });
  }

  /** A job whose files are not there would fail on its first host. */
  private CompletionStage<Boolean> uploaded(String workdir) {
    return workdir.isEmpty()
        ? CompletableFuture.completedFuture(true)
        : blobs.known(workdir).thenApply(blob -> true);
  }

  private CompletionStage<byte[]> body(RequestEntity entity) {
    if (entity instanceof HttpEntity.Strict strict) {
      if (strict.getData().length() > JobSpecParser.BYTES_MAX) {
        throw tooLarge();
      }
      return CompletableFuture.completedFuture(strict.getData().toArray());
    }
    if (entity.getContentLengthOption().orElse(0) > JobSpecParser.BYTES_MAX) {
      return entity
          .withSizeLimit(DRAIN_BYTES_MAX)
          .getDataBytes()
          .takeWithin(DRAIN_TIMEOUT)
          .runWith(Sink.ignore(), system)
          .handle(
              (done, failure) -> {
                throw tooLarge();
              });
    }
    return entity
        .withSizeLimit(JobSpecParser.BYTES_MAX)
        .toStrict(BODY_TIMEOUT_MS, system)
        .handle(
            (strict, failure) -> {
              if (failure == null) {
                return strict.getData().toArray();
              }
              Throwable cause = Answers.cause(failure);
              if (cause instanceof EntityStreamSizeException) {
                throw tooLarge();
              }
              String detail =
                  cause instanceof TimeoutException
                      ? "the body did not arrive within " + BODY_TIMEOUT_MS / 1000 + " s"
                      : "the body ended before it was complete";
              throw new Denial(
                  Problem.ofRequest(
                      cause instanceof TimeoutException ? 408 : 400,
                      detail,
                      "send the whole body at once"));
            });
  }

  private static String key(HttpRequest request) {
    String key = request.getHeader("Idempotency-Key").map(HttpHeader::value).orElse("").strip();
    if (key.length() > KEY_MAX) {
      throw Parameters.denial(
          "Idempotency-Key", "has " + key.length() + " characters; at most " + KEY_MAX);
    }
    return key;
  }

  private static void refuseType(String type) {
    if (!TYPES.contains(type)) {
      throw new Denial(
          Problem.ofRequest(
              415,
              "no spec: Content-Type is " + Parameters.shown(type),
              "send Content-Type: application/yaml or application/json"));
    }
  }

  private static Denial tooLarge() {
    return new Denial(
        Refusal.BODY_TOO_LARGE, "the body has more than " + JobSpecParser.BYTES_MAX + " bytes");
  }
}
