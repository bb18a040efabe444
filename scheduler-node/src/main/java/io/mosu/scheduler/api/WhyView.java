// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.DecisionRecord.Offer;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/** Why a job is where it is, or is not. */
record WhyView(
    String job,
    String state,
    String summary,
    @Nullable String setback,
    @Nullable Decision decision) {

  /** The last negotiation that was kept. */
  record Decision(
      String negotiation,
      @Nullable String at,
      String rule,
      int rounds,
      int invited,
      List<String> chosen,
      List<Proposal> proposals,
      List<Refused> refusals) {}

  /** One node's offer. */
  record Proposal(String node, int tasks, double score, String outcome) {}

  /** One reason, how many nodes gave it, and one of them. */
  record Refused(String reason, int count, String example, String detail) {}

  private static final int NODES_SHOWN = 4;

  static WhyView of(JobAnswer answer) {
    Job job = answer.job();
    return new WhyView(
        job.id().toString(),
        JobView.state(answer),
        summary(job, JobView.state(answer)),
        JobView.setback(job).orElse(null),
        job.decision().map(WhyView::decision).orElse(null));
  }

  private static Decision decision(DecisionRecord record) {
    return new Decision(
        record.negotiation().value(),
        Json.time(record.atMs()),
        record.rule(),
        record.rounds(),
        record.invited(),
        record.offers().stream().filter(Offer::awarded).map(o -> o.node().value()).toList(),
        record.offers().stream()
            .map(
                offer ->
                    new Proposal(
                        offer.node().value(),
                        1, // a gang's tasks are each on a node of its own
                        Math.round(offer.damage() * 10) / 10.0,
                        offer.awarded() ? "AWARDED" : "NOT_CHOSEN"))
            .toList(),
        record.refusals().stream()
            .map(
                count ->
                    new Refused(
                        count.reason().name(),
                        count.count(),
                        count.example().value(),
                        count.detail()))
            .toList());
  }

  private static String summary(Job job, String state) {
    String where = nodes(job);
    return switch (job.state()) {
      case QUEUED -> waiting(job);
      case PLACED ->
          (state.equals("RUNNING") ? "runs on " : "starts on ")
              + where
              + job.decision()
                  .map(d -> ", chosen by " + d.rule() + " among " + d.invited() + " nodes asked")
                  .orElse("");
      case STOPPING -> "is being stopped on " + where + (job.cancelled() ? ": cancelled" : "");
      case PREEMPTING ->
          "makes room on " + where + " for what another tenant is guaranteed; then it waits again";
      case REQUEUING -> "is being ended on " + where + ", as asked; then it waits again";
      case COMPLETED -> "completed on " + where;
      case FAILED ->
          Waits.of(job)
              .map(Waits::summary)
              .orElse("failed: " + JobView.mishap(job).orElse("exit code " + job.exitCode()));
      case CANCELLED ->
          where.isEmpty() ? "was cancelled before it was placed" : "was cancelled on " + where;
    };
  }

  private static String waiting(Job job) {
    Optional<Waits> waits = Waits.of(job);
    if (waits.isPresent()) {
      return waits.get().summary();
    }
    String again = job.attempt() > 0 ? " again" : "";
    return JobView.obstacle(job)
        .map(
            count ->
                "waits%s: %s%s (%s); %s"
                    .formatted(
                        again,
                        count.reason(),
                        count.count() > 1 ? " at " + count.count() + " nodes" : "",
                        JobView.example(count),
                        count.reason().advice()))
        .orElse("waits" + again + ": its negotiation has not ended yet");
  }

  private static String nodes(Job job) {
    if (job.state() == JobState.QUEUED || job.placement().isEmpty()) {
      return "";
    }
    List<Placement.Part> parts = job.placement().get().parts();
    String first =
        parts.stream()
            .limit(NODES_SHOWN)
            .map(part -> part.node().value())
            .collect(Collectors.joining(", "));
    int more = parts.size() - NODES_SHOWN;
    return more > 0 ? first + " and " + more + " more" : first;
  }
}
