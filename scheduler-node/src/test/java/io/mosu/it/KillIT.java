// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.bench.Submitter;
import io.mosu.scheduler.metering.JournalReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** A scheduler node is killed while jobs are submitted: what was acknowledged ends exactly once. */
class KillIT {

  private static final int JOBS = 2_000;
  private static final int KILLED_AT = 700;

  @Test
  void aKilledSchedulerNodeLosesAndDoublesNothing() {
    try (LiveCluster cluster = new LiveCluster()) {
      cluster.agent("sim", 100, "--simulate", "8xH100", "--task-seconds", "0.2");
      Due due = new Due(KILLED_AT);
      CompletableFuture<Void> killed = due.then(cluster.servers().get(1)::kill9);
      List<Submitter.Outcome> outcomes = cluster.submit(JOBS, 6, due);
      killed.join();
      Endings.check(cluster, outcomes, JOBS);
      JournalReport report = cluster.verified();
      assertThat(report.violations()).as(report.table()).isEmpty();
      assertThat(report.endedJobs()).isEqualTo(JOBS);
    }
  }
}
