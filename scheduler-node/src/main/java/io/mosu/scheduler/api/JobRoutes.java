// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.function.LongFunction;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** One job: its state, why, and its end. */
final class JobRoutes {
  private static final String PRIORITY = "priority";

  /** What may be ordered of a job. */
  static final Set<String> VERBS = Set.of("cancel", "hold", "release", "requeue", PRIORITY);

  private static final int WAIT_MS_MAX = 25_000;

  private final KnownJobs known;
  private final Entities entities;
  private final Duration patience;

  JobRoutes(ApiContext context, Duration patience) {
    this.known = new KnownJobs(context);
    this.entities = context.entities();
    this.patience = patience;
  }

  CompletionStage<HttpResponse> show(HttpRequest request, String id) {
    int waitMs = new Parameters(request, List.of("waitMs")).whole("waitMs", 0, WAIT_MS_MAX, 0);
    return get(id, waitMs).thenApply(answer -> Json.ok(JobView.of(answer)));
  }

  CompletionStage<HttpResponse> why(HttpRequest request, String id) {
    Parameters.refuseAny(request);
    return get(id, 0).thenApply(answer -> Json.ok(WhyView.of(answer)));
  }

  /** An order to one job, by its verb. */
  CompletionStage<HttpResponse> order(HttpRequest request, String id, String verb) {
    LongFunction<TenantQuery> order = order(request, verb);
    return known
        .job(id)
        .thenCompose(
            job ->
                Answers.write(
                    entities.tenant(job.tenant(), order.apply(job.number()), patience),
                    JobAnswer.class))
        .thenApply(answer -> Json.response(202, JobView.of(answer)));
  }

  private static LongFunction<TenantQuery> order(HttpRequest request, String verb) {
    if (verb.equals(PRIORITY)) {
      int max = JobSpec.PRIORITY_MAX;
      int priority = new Parameters(request, List.of("to")).required("to", -max, max);
      return number -> new TenantQuery.Prioritise(number, priority);
    }
    Parameters.refuseAny(request);
    return switch (verb) {
      case "hold" -> TenantQuery.Hold::new;
      case "release" -> TenantQuery.Release::new;
      case "requeue" -> TenantQuery.Requeue::new;
      default -> TenantQuery.Cancel::new;
    };
  }

  private CompletionStage<JobAnswer> get(String id, int waitMs) {
    return known
        .job(id)
        .thenCompose(
            job ->
                Answers.read(
                    entities.tenant(
                        job.tenant(),
                        new TenantQuery.Get(job.number(), waitMs),
                        patience.plusMillis(waitMs)),
                    JobAnswer.class));
  }
}
