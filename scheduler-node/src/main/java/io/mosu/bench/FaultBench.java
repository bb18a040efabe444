// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.scheduler.metering.JournalCheck;
import io.mosu.scheduler.metering.JournalReport;
import io.mosu.scheduler.metering.Violation.Rule;
import java.io.PrintStream;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/**
 * What benches of faults share: load from many tenants, jobs that must run through, and afterwards
 * an account of what was acknowledged.
 */
final class FaultBench {

  /** Where probes run; their tasks end by themselves. */
  static final String SHORT = "H100";

  /** Where long jobs run. */
  static final String LONG = "A100";

  static final Duration LIMIT = Duration.ofSeconds(90);
  private static final Duration END_LIMIT = Duration.ofMinutes(2);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);
  private static final String ACTIVE =
      "state=QUEUED,STARTING,RUNNING,STOPPING,PREEMPTING,REQUEUING";

  final ClusterOptions options;
  final SchedulerApi api;
  final Result result;
  final List<String> tenants;
  final Probes probes;
  private final LongJobs longJobs;
  private final String run = "probe-" + UUID.randomUUID().toString().substring(0, 8);

  /** Starts the load; {@code warmS} later it is warm. */
  FaultBench(ClusterOptions options, Result result, int longs, long periodMs, PrintStream err) {
    this.options = options;
    this.api = new SchedulerApi(options.addresses);
    this.result = result;
    this.tenants = IntStream.rangeClosed(1, options.tenants).mapToObj(i -> "t" + i).toList();
    this.longJobs = new LongJobs(api);
    err.printf("start %,d long jobs%n", longs);
    longJobs.start("long-" + run, new Specs.Ask(1, 0, List.of(LONG), 1_000, 512), tenants, longs);
    this.probes =
        new Probes(api, run, new Specs.Ask(1, 0, List.of(SHORT), 1_000, 512), tenants, periodMs);
  }

  void pause(double seconds) {
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < endNanos) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }

  /** Ends the load and accounts for it; whether nothing was lost, doubled or touched. */
  boolean account() {
    long touched = longJobs.touched();
    probes.close();
    Set<String> taken = new HashSet<>();
    List<Probes.Seen> all = probes.seen();
    all.stream()
        .filter(Probes.Seen::taken)
        .forEach(one -> taken.add(one.answer().body().path("id").asText()));
    boolean ended =
        SchedulerApi.await(
            () -> api.jobs(ACTIVE).stream().noneMatch(job -> job.path("name").asText().equals(run)),
            LOOK_EVERY,
            END_LIMIT);
    Set<String> completed = new HashSet<>();
    for (JsonNode job : api.jobs("state=COMPLETED")) {
      completed.add(job.path("id").asText());
    }
    long lost = taken.stream().filter(id -> !completed.contains(id)).count();
    longJobs.cancel();
    result
        .line("probes sent and answered", "%,d".formatted(all.size()))
        .figure("acknowledged", taken.size())
        .figure("lost", lost)
        .line("long jobs", longJobs.size())
        .figure("running_jobs_touched", touched);
    return journal() && ended && lost == 0 && touched == 0;
  }

  private boolean journal() {
    if (options.database.isEmpty()) {
      result.line("journal", "not checked: no --database given");
      return true;
    }
    JournalReport[] report = new JournalReport[1];
    SchedulerApi.await(
        () -> {
          report[0] = JournalCheck.of(options.database, options.user);
          return report[0].settled() && report[0].leases() == 0;
        },
        LOOK_EVERY,
        END_LIMIT);
    result
        .figure("overlaps", report[0].count(Rule.REPLAYS))
        .figure("double_runs", report[0].count(Rule.RUNS_ONCE))
        .figure("orphans", report[0].count(Rule.LEASE_HAS_JOB) + report[0].provisional());
    return report[0].ok() && report[0].settled();
  }
}
