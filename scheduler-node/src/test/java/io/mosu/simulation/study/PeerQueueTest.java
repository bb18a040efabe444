// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PeerQueueTest {
  private static final int CASES = 500;
  private static final int GPUS = 4;

  @TempDir private Path dir;

  /** One node of 4: a takes all, b needs all, c and d one each; d is shorter. */
  private static final String FOUR =
      "job_id,submit_s,duration_s,gpus\na,0,100,3\nb,1,50,4\nc,2,500,1\nd,3,10,1\n";

  @Test
  void fifoStopsAtTheFirstThatDoesNotFit() throws IOException {
    assertThat(startsS(FOUR, QueuePolicy.FIFO)).containsExactly(0L, 100L, 150L, 150L);
  }

  @Test
  void backfillPassesIt() throws IOException {
    assertThat(startsS(FOUR, QueuePolicy.FIFO_BACKFILL)).containsExactly(0L, 502L, 2L, 100L);
  }

  @Test
  void shortestGoesFirst() throws IOException {
    assertThat(startsS(FOUR, QueuePolicy.SJF)).containsExactly(0L, 100L, 150L, 3L);
    assertThat(startsS(FOUR, QueuePolicy.SJF_BACKFILL)).containsExactly(0L, 502L, 2L, 100L);
  }

  @Test
  void whatNeverFitsIsRefusedAndWhatStaysIsNotWaitedFor() throws IOException {
    StudyOutcome outcome =
        run("job_id,submit_s,duration_s,gpus\na,0,,4\nb,0,5,5\nc,9,5,1\n", QueuePolicy.FIFO);
    assertThat(outcome.wasPlaced(0)).isTrue();
    assertThat(outcome.hasEnded(0)).isFalse();
    assertThat(outcome.wasRefused(1)).isTrue();
    assertThat(outcome.wasPlaced(2)).isFalse();
    assertThat(outcome.wasRefused(2)).isFalse();
  }

  /** Against the plainest simulator: every job is tried again after everything that happens. */
  @Test
  void agreesWithTryingEveryJobEveryTime() throws IOException {
    SplittableRandom random = new SplittableRandom(7);
    for (int seed = 0; seed < CASES; seed++) {
      StringBuilder table = new StringBuilder("job_id,submit_s,duration_s,gpus\n");
      for (int i = 0; i < 30; i++) {
        table.append(
            "j%d,%d,%d,%d\n"
                .formatted(
                    i, random.nextInt(40), 1 + random.nextInt(20), 1 + random.nextInt(GPUS)));
      }
      for (QueuePolicy policy : QueuePolicy.values()) {
        StudyOutcome outcome = run(table.toString(), policy);
        assertThat(IntStream.range(0, 30).mapToObj(outcome::placedMs).toList())
            .as("seed %d, %s", seed, policy)
            .isEqualTo(plain(outcome.jobs(), policy));
      }
    }
  }

  private static List<Long> plain(List<TraceJob> jobs, QueuePolicy policy) {
    Long[] starts = new Long[jobs.size()];
    List<Integer> order = new ArrayList<>(IntStream.range(0, jobs.size()).boxed().toList());
    order.sort(policy.order(jobs.stream().map(TraceJob::durationMs).toList()));
    for (long now = 0; Arrays.asList(starts).contains(null); now += 1_000) {
      double used = 0;
      for (int i = 0; i < starts.length; i++) {
        Long start = starts[i];
        used += start != null && start + jobs.get(i).durationMs() > now ? jobs.get(i).gpus() : 0;
      }
      for (int i : order) {
        if (starts[i] != null || jobs.get(i).submitMs() > now) {
          continue;
        }
        if (used + jobs.get(i).gpus() <= GPUS) {
          starts[i] = now;
          used += jobs.get(i).gpus();
        } else if (!policy.passes()) {
          break;
        }
      }
    }
    return List.of(starts);
  }

  private List<Long> startsS(String table, QueuePolicy policy) throws IOException {
    StudyOutcome outcome = run(table, policy);
    return IntStream.range(0, outcome.jobs().size())
        .mapToObj(job -> outcome.placedMs(job) / 1_000)
        .toList();
  }

  private StudyOutcome run(String table, QueuePolicy policy) throws IOException {
    Path nodes = Files.writeString(dir.resolve("nodes.csv"), "sn,gpu,model\nn1,4,T4\n");
    Path jobs = Files.writeString(dir.resolve("jobs.csv"), table);
    return new PeerQueue(TraceNode.read(nodes), TraceJob.read(jobs, false, 8), policy)
        .run(done -> {});
  }
}
