// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.bench.Submitter;
import io.mosu.scheduler.metering.JournalReport;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;

/** The database is killed and comes back while jobs are submitted: nothing is lost or doubled. */
class DatabaseKillIT {

  private static final int JOBS = 1_000;
  private static final int KILLED_AT = 300;

  @Test
  void aKilledDatabaseLosesAndDoublesNothing() {
    try (LiveCluster cluster = new LiveCluster()) {
      cluster.agent("sim", 100, "--simulate", "8xH100", "--task-seconds", "0.2");
      Due due = new Due(KILLED_AT);
      CompletableFuture<Void> back =
          due.then(
              () -> {
                cluster.database().kill9();
                assertThat(cluster.api().get(0, "/v1/nodes").status()).isEqualTo(200);
                cluster.database().restart();
              });
      List<Submitter.Outcome> outcomes = cluster.submit(JOBS, 6, due);
      back.join();
      Endings.check(cluster, outcomes, JOBS);
      JournalReport report = cluster.verified();
      assertThat(report.violations()).as(report.table()).isEmpty();
      assertThat(report.endedJobs()).isEqualTo(JOBS);
    }
  }
}
