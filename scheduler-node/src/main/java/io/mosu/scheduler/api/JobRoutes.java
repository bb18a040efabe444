// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.HttpResponse;

/** One job: its state, why, and its end. */
final class JobRoutes {
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

  CompletionStage<HttpResponse> cancel(HttpRequest request, String id) {
    Parameters.refuseAny(request);
    return known
        .job(id)
        .thenCompose(
            job ->
                Answers.write(
                    entities.tenant(job.tenant(), new TenantQuery.Cancel(job.number()), patience),
                    JobAnswer.class))
        .thenApply(answer -> Json.response(202, JobView.of(answer)));
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
