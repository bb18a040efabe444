// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantAnswer.JobsAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.NotUsed;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.japi.Pair;
import org.apache.pekko.stream.javadsl.Sink;
import org.apache.pekko.stream.javadsl.Source;
import org.jspecify.annotations.Nullable;

/**
 * Pages of jobs, by tenant and number. A page over all tenants asks a few at a time and stops when
 * it is full.
 */
final class JobListing {
  private static final int PAGE_SIZE_DEFAULT = 100;
  private static final int PAGE_SIZE_MAX = 1_000;

  /** Jobs asked of a tenant at once: the answer must fit a frame between scheduler nodes. */
  private static final int ASKED_MAX = 50;

  private static final int TENANTS_AT_ONCE = 8;
  private static final List<String> STATES =
      List.of(
          "QUEUED",
          "STARTING",
          "RUNNING",
          "STOPPING",
          "PREEMPTING",
          "REQUEUING",
          "COMPLETED",
          "FAILED",
          "CANCELLED");

  private final ActorSystem<?> system;
  private final Entities entities;
  private final Board board;
  private final Duration patience;

  JobListing(ApiContext context, Duration patience) {
    this.system = context.system();
    this.entities = context.entities();
    this.board = context.board();
    this.patience = patience;
  }

  /** What one tenant answered. */
  private record Piece(TenantId tenant, JobsAnswer answer) {
    long lastNumber() {
      return answer.jobs().get(answer.jobs().size() - 1).job().id().number();
    }

    boolean more() {
      return answer.more() && !answer.jobs().isEmpty();
    }
  }

  CompletionStage<HttpResponse> answer(HttpRequest request) {
    Parameters parameters =
        new Parameters(request, List.of("tenant", "state", "pageSize", "pageToken"));
    Set<String> states = states(parameters.text("state"));
    int size = parameters.whole("pageSize", 1, PAGE_SIZE_MAX, PAGE_SIZE_DEFAULT);
    Optional<JobId> after = JobsPage.after(parameters.text("pageToken"));
    List<JobState> asked = states.stream().map(JobListing::journaled).distinct().sorted().toList();
    JobsPage page = new JobsPage(states, size);
    return Source.from(tenants(parameters.text("tenant"), after))
        .mapAsync(
            TENANTS_AT_ONCE,
            tenant ->
                piece(
                    tenant,
                    asked,
                    after.filter(id -> id.tenant().equals(tenant)).map(JobId::number).orElse(0L)))
        .flatMapConcat(first -> Source.single(first).concat(rest(first, asked)))
        .takeWhile(piece -> page.take(piece.answer()))
        .runWith(Sink.ignore(), system)
        .thenApply(done -> Json.ok(page.view()));
  }

  private Source<Piece, NotUsed> rest(Piece first, List<JobState> asked) {
    return Source.unfoldAsync(
        first,
        last ->
            last.more()
                ? piece(last.tenant(), asked, last.lastNumber())
                    .thenApply(next -> Optional.of(Pair.create(next, next)))
                : CompletableFuture.completedFuture(Optional.empty()));
  }

  private CompletionStage<Piece> piece(TenantId tenant, List<JobState> asked, long after) {
    return Answers.read(
            entities.tenant(tenant, new TenantQuery.ListJobs(asked, after, ASKED_MAX), patience),
            JobsAnswer.class)
        .thenApply(answer -> new Piece(tenant, answer));
  }

  private List<TenantId> tenants(@Nullable String only, Optional<JobId> after) {
    Set<TenantId> known = board.tenants();
    if (only == null) {
      return known.stream()
          .filter(tenant -> after.isEmpty() || tenant.compareTo(after.get().tenant()) >= 0)
          .toList();
    }
    if (!Ids.isTenant(only) || !known.contains(new TenantId(only))) {
      throw new Denial(Refusal.UNKNOWN_TENANT, "no tenant " + Parameters.shown(only));
    }
    return List.of(new TenantId(only));
  }

  private static Set<String> states(@Nullable String text) {
    Set<String> states = new TreeSet<>();
    if (text != null && !text.isEmpty()) {
      for (String state : text.split(",", -1)) {
        if (!STATES.contains(state)) {
          throw Parameters.denial(
              "state",
              "unknown state "
                  + Parameters.shown(state)
                  + "; allowed: "
                  + String.join(", ", STATES));
        }
        states.add(state);
      }
    }
    return states;
  }

  private static JobState journaled(String state) {
    return switch (state) {
      case "STARTING", "RUNNING" -> JobState.PLACED;
      default -> JobState.valueOf(state);
    };
  }
}
