// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.bench.Submitter.Outcome;
import io.mosu.scheduler.metering.JournalCheck;
import io.mosu.scheduler.metering.JournalReport;
import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.simulation.study.Percentile;
import io.mosu.simulation.study.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** One run: wait for the nodes, submit all, wait until nothing moves, then look at what became. */
final class Measurement {

  private static final Duration NODES_LIMIT = Duration.ofMinutes(4);

  /** Each look costs the cluster that is measured. */
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private static final Duration PLACED_LIMIT = Duration.ofMinutes(20);

  private static final Duration SETTLED_LIMIT = Duration.ofSeconds(30);

  private final ClusterOptions options;
  private final String run;
  private final Result result;
  private final PrintStream err;
  private final SchedulerApi api;

  /**
   * @param run name of the run's jobs
   */
  Measurement(ClusterOptions options, String run, Result result, PrintStream err) {
    this.options = options;
    this.run = run;
    this.result = result;
    this.err = err;
    this.api = new SchedulerApi(options.addresses);
  }

  /** Whether every invariant held; {@code warmUp} is placed and cancelled first. */
  boolean run(List<Submission> warmUp, List<Submission> submissions, int nodes) {
    awaitNodes(nodes);
    describe();
    // half of the cluster at once: what does not fit would wait for ever
    new WarmUp(api, options, err).run(warmUp, (int) (gpus() / 2));
    long beganNanos = System.nanoTime();
    Counters before = Counters.read(api);
    Progress submitting = new Progress(err, "submit", submissions.size());
    List<Outcome> outcomes =
        new Submitter(api, options.inFlight, options.perSecond).run(submissions, submitting::at);
    List<Outcome> accepted = outcomes.stream().filter(Outcome::accepted).toList();
    double submittedS = (System.nanoTime() - beganNanos) / 1e9;
    awaitPlacements(before, accepted.size());
    Counters grown = Counters.read(api).since(before);
    Map<String, JobRow> jobs =
        api.jobs("").stream()
            .filter(job -> job.path("name").asText().equals(run))
            .map(JobRow::of)
            .collect(Collectors.toMap(JobRow::id, row -> row, (a, b) -> a, TreeMap::new));
    long lost = accepted.stream().filter(outcome -> !jobs.containsKey(outcome.job())).count();
    result.line("submissions per second", "%,.0f".formatted(submissions.size() / submittedS));
    tableOfKinds(outcomes, jobs);
    tableOfReasons(outcomes, jobs);
    figures(jobs, grown, accepted);
    result.figure("acknowledged", accepted.size()).figure("lost", lost);
    boolean ok = checkJournal() && lost == 0;
    result.figure("wall_s", (System.nanoTime() - beganNanos) / 1e9, 1);
    return ok;
  }

  private double gpus() {
    return api.nodes().stream().mapToDouble(node -> node.path("gpus").asDouble()).sum();
  }

  private void awaitNodes(int expected) {
    Progress progress = new Progress(err, "nodes", expected);
    boolean all =
        SchedulerApi.await(
            () -> {
              long known = Long.MAX_VALUE;
              for (int node = 0; node < api.bases().size(); node++) {
                long up = 0;
                for (JsonNode one : api.get(node, "/v1/nodes").body().path("nodes")) {
                  up += one.path("state").asText().equals("UP") ? 1 : 0;
                }
                known = Math.min(known, up);
              }
              progress.at((int) Math.min(known, expected));
              return known >= expected;
            },
            LOOK_EVERY,
            NODES_LIMIT);
    if (!all) {
      throw new IllegalStateException(
          "fewer than %,d GPU nodes are up on every scheduler node of %s after %d s"
              .formatted(expected, api.bases(), NODES_LIMIT.toSeconds()));
    }
  }

  private void describe() {
    result
        .line("machine", Machine.describe())
        .line("scheduler nodes", api.bases().size() + " " + String.join(" ", api.bases()))
        .line(
            "driven by",
            "%d tenants, %d in flight, %s"
                .formatted(
                    options.tenants,
                    options.inFlight,
                    options.perSecond > 0 ? options.perSecond + "/s" : "no pace"))
        .line("warm-up", "%,d tasks placed and cancelled".formatted(options.warmUp));
  }

  private void awaitPlacements(Counters before, int accepted) {
    Progress progress = new Progress(err, "placed", accepted);
    long quietNanos = (long) (options.quietS * 1e9);
    long[] seen = {-1, System.nanoTime()};
    SchedulerApi.await(
        () -> {
          long placed = Counters.read(api).since(before).row("Placed");
          if (placed != seen[0]) {
            seen[0] = placed;
            seen[1] = System.nanoTime();
          }
          progress.at((int) placed);
          return placed >= accepted || System.nanoTime() - seen[1] > quietNanos;
        },
        LOOK_EVERY,
        PLACED_LIMIT);
  }

  private void tableOfKinds(List<Outcome> outcomes, Map<String, JobRow> jobs) {
    Map<String, long[]> kinds = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      long[] counts = kinds.computeIfAbsent(outcome.submission().kind(), k -> new long[4]);
      JobRow job = jobs.get(outcome.job());
      counts[0]++;
      counts[!outcome.accepted() ? 3 : job != null && job.placedMs() > 0 ? 1 : 2]++;
    }
    result.text(
        "%-10s %10s %10s %10s %10s"
            .formatted("tasks", "submitted", "placed", "waiting", "refused"));
    kinds.forEach(
        (kind, n) ->
            result.text("%-10s %,10d %,10d %,10d %,10d".formatted(kind, n[0], n[1], n[2], n[3])));
  }

  private void tableOfReasons(List<Outcome> outcomes, Map<String, JobRow> jobs) {
    Map<String, Integer> reasons = new TreeMap<>();
    for (Outcome outcome : outcomes) {
      if (!outcome.accepted()) {
        reasons.merge("refused: " + outcome.answer().reason(), 1, Integer::sum);
      }
    }
    for (JobRow job : jobs.values()) {
      if (job.queued()) {
        String reason = job.reason().isEmpty() ? "no reason kept yet" : job.reason();
        reasons.merge("waiting: " + reason, 1, Integer::sum);
      }
    }
    reasons.forEach((reason, count) -> result.line(reason, "%,d".formatted(count)));
  }

  private void figures(Map<String, JobRow> jobs, Counters grown, List<Outcome> accepted) {
    List<JobRow> placed = jobs.values().stream().filter(job -> job.placedMs() > 0).toList();
    long first = jobs.values().stream().mapToLong(JobRow::submittedMs).min().orElse(0);
    Percentile placedAfter =
        new Percentile(placed.stream().map(job -> job.placedMs() - first).toList());
    Percentile confirm =
        new Percentile(placed.stream().map(JobRow::confirmMs).filter(milli -> milli >= 0).toList());
    Percentile post =
        new Percentile(accepted.stream().map(outcome -> outcome.postNanos() / 1e6).toList());
    double gpus = gpus();
    double used = placed.stream().mapToDouble(JobRow::gpus).sum();
    double placements = Math.max(1, grown.row("Placed"));
    Map<String, Long> messages = grown.messages();
    Map<String, Long> rows = grown.rows();
    result
        .line("GPUs", "%,.2f of %,.0f placed".formatted(used, gpus))
        .figure("allocated_percent", gpus == 0 ? 0 : 100 * used / gpus, 2)
        .line("all placed within", "%,.2f s".formatted(placedAfter.at(100) / 1e3))
        .line("99 % placed within", "%,.2f s".formatted(placedAfter.at(99) / 1e3))
        .figure("placements_per_s", placed.size() / Math.max(0.001, placedAfter.at(100) / 1e3), 1)
        .figure("submit_to_confirm_p50_ms", confirm.at(50), 0)
        .figure("submit_to_confirm_p99_ms", confirm.at(99), 0)
        .line("client's POST p50, p99 ms", "%.1f, %.1f".formatted(post.at(50), post.at(99)))
        .figure(
            "invited_per_task",
            grown.message("CallForProposals") / (double) Math.max(1, accepted.size()),
            2)
        .figure("messages_per_placement", Counters.sum(messages) / placements, 2)
        .figure("journal_rows_per_placement", Counters.sum(rows) / placements, 2)
        .line("messages", messages)
        .line("journal rows", rows)
        .line("writes", "%,d".formatted(grown.get("writes")));
  }

  /** Leases may be on their way for a moment after the last placement. */
  private boolean checkJournal() {
    if (options.database.isEmpty()) {
      result.line("journal", "not checked: no --database given");
      return true;
    }
    JournalReport[] last = {read()};
    SchedulerApi.await(
        () -> {
          last[0] = read();
          return last[0].settled();
        },
        SETTLED_LIMIT);
    JournalReport report = last[0];
    result
        .line("invited at most", report.invitedMax())
        .text(report.table())
        .figure("overlaps", report.count(Rule.REPLAYS))
        .figure("double_runs", report.count(Rule.RUNS_ONCE))
        .figure("orphans", report.count(Rule.LEASE_HAS_JOB) + report.provisional());
    return report.ok() && report.settled();
  }

  private JournalReport read() {
    return JournalCheck.of(options.database, options.user);
  }
}
