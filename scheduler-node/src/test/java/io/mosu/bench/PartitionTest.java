// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Shape;
import io.mosu.simulation.study.QueuePolicy;
import io.mosu.trace.TraceJob;
import java.util.Collections;
import java.util.List;
import org.junit.jupiter.api.Test;

class PartitionTest {
  /** Two nodes of four; a long one, one that needs all, a short and a shorter one. */
  private static final List<TraceJob> JOBS =
      List.of(job(0, 100, 4), job(1, 50, 8), job(2, 30, 4), job(3, 10, 4));

  @Test
  void firstComeFirstServed() {
    assertThat(starts(QueuePolicy.FIFO)).containsExactly(0, 100, 150, 150);
  }

  @Test
  void whatFitsPassesWhatDoesNot() {
    assertThat(starts(QueuePolicy.FIFO_BACKFILL)).containsExactly(0, 100, 2, 32);
  }

  @Test
  void shortestFirst() {
    assertThat(starts(QueuePolicy.SJF)).containsExactly(0, 100, 2, 32);
    assertThat(starts(QueuePolicy.SJF_BACKFILL)).containsExactly(0, 100, 2, 32);
    assertThat(
            new Partition(1, 4)
                .starts(List.of(job(0, 9, 4), job(1, 20, 4), job(2, 10, 4)), QueuePolicy.SJF))
        .containsExactly(0, 19, 9);
  }

  @Test
  void partOfANodeGoesWhereItIsTightest() {
    List<TraceJob> jobs = List.of(job(0, 100, 3), job(1, 100, 1), job(2, 100, 4));
    assertThat(new Partition(2, 4).starts(jobs, QueuePolicy.FIFO)).containsExactly(0, 1, 2);
    assertThat(new Partition(2, 4).holds(job(0, 1, 9))).isFalse();
  }

  private static long[] starts(QueuePolicy policy) {
    return new Partition(2, 4).starts(JOBS, policy);
  }

  private static TraceJob job(long atMs, long durationMs, int gpus) {
    int tasks = (gpus + 3) / 4;
    Shape shape = new Shape(gpus / tasks, Device.WHOLE_MILLI, Collections.emptySortedSet(), 100, 1);
    return new TraceJob("j", "t", atMs, durationMs, tasks, shape, 0);
  }
}
