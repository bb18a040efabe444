// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import io.mosu.trace.TraceJob;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class SuiteWorkloadTest {
  @TempDir private Path dir;

  @Test
  void drawsWhatTheTableSaysAndAsManyTrialsAsAsked() throws IOException {
    List<TraceJob> jobs = workload(3);
    List<TraceJob> trials = jobs.stream().filter(job -> job.tasks() * job.gpus() == 1).toList();
    assertThat(trials.size()).isCloseTo(jobs.size() * 3 / 4, within(1));
    double shorter = trials.stream().filter(job -> job.durationMs() <= 10_000).count();
    assertThat(shorter / trials.size()).isCloseTo(0.5, within(0.05));
    assertThat(trials).allMatch(job -> job.durationMs() >= 500 && job.durationMs() <= 20_000);
    assertThat(trials.stream().map(TraceJob::submitMs).distinct().count())
        .isEqualTo((trials.size() + 9) / 10);
    double askedMs =
        jobs.stream()
            .filter(job -> job.tenant().equals(SuiteWorkload.TRAINING))
            .mapToDouble(job -> job.gpus() * job.durationMs())
            .sum();
    assertThat(askedMs / (16 * 8 * 86_400_000.0)).isCloseTo(0.5, within(0.01));
    assertThat(workload(3)).isEqualTo(jobs);
    assertThat(workload(4)).isNotEqualTo(jobs);
  }

  @Test
  void tableWithoutTheClusterIsRefused() throws IOException {
    Path file = table();
    assertThatThrownBy(() -> SuiteWorkload.read(file, "kalos", 1))
        .hasMessageContaining("no durations of types pretrain and eval of a cluster kalos");
  }

  private List<TraceJob> workload(long seed) throws IOException {
    return SuiteWorkload.read(table(), "seren", seed).training(16, 1, 50).trials(75, 10, 1).jobs();
  }

  private Path table() throws IOException {
    return Files.writeString(
        dir.resolve("cdf.csv"),
        """
        cluster,metric,type,le_seconds,cdf_pct
        seren,duration,eval,10,50
        seren,duration,eval,20,100
        seren,duration,pretrain,100,100
        seren,queue,eval,1,100
        """);
  }
}
