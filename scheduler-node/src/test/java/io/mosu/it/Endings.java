// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.bench.Submitter;
import java.util.List;

/** Holds what clients were told against what became of it. */
final class Endings {
  private Endings() {}

  /**
   * Each submission was acknowledged as a job of its own, each job has ended, and there are no
   * others.
   */
  static void check(LiveCluster cluster, List<Submitter.Outcome> outcomes, int submitted) {
    assertThat(outcomes).hasSize(submitted).allMatch(Submitter.Outcome::accepted);
    cluster.awaitAllEnded();
    List<JsonNode> jobs = cluster.api().jobs("");
    assertThat(jobs).allMatch(job -> job.path("state").asText().equals("COMPLETED"));
    assertThat(jobs)
        .extracting(job -> job.path("id").asText())
        .containsExactlyInAnyOrderElementsOf(outcomes.stream().map(Submitter.Outcome::job).toList())
        .doesNotHaveDuplicates();
  }
}
