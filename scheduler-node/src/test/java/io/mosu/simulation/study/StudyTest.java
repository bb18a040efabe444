// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class StudyTest {
  private static final String TWO_NODES = "sn,gpu,model\nn1,4,T4\nn2,4,T4\n";

  @TempDir private Path dir;

  @Test
  void jobsWaitForEachOther() throws IOException {
    StudyOutcome outcome =
        run("job_id,submit_s,duration_s,gpus\na,10,100,8\nb,11,100,8\nc,12,100,8\nd,600,50,1\n", 1);
    assertThat(waitS(outcome, 0)).isCloseTo(0, within(1.0));
    assertThat(waitS(outcome, 1)).isCloseTo(99, within(2.0));
    assertThat(waitS(outcome, 2)).isCloseTo(198, within(4.0));
    assertThat(waitS(outcome, 3)).isCloseTo(0, within(1.0));
    assertThat(outcome.completionMs(3) / 1e3).isCloseTo(50, within(1.0));
    assertThat(IntStream.range(0, 4).allMatch(outcome::hasEnded)).isTrue();
  }

  @Test
  void whatNeverFitsIsRefusedAndWhatNeverEndsStays() throws IOException {
    StudyOutcome outcome =
        run(
            """
            job_id,submit_s,duration_s,gpus,gpu_model
            a,0,,8,
            b,1,5,1,
            c,2,5,1,H100
            """,
            1);
    assertThat(outcome.wasPlaced(0)).isTrue();
    assertThat(outcome.hasEnded(0)).isFalse();
    assertThat(outcome.wasPlaced(1)).isFalse();
    assertThat(outcome.wasRefused(1)).isFalse();
    assertThat(outcome.wasRefused(2)).isTrue();
    assertThat(outcome.refusals().keySet()).singleElement().asString().contains("IMPOSSIBLE");
  }

  @Test
  void sameSeedSameRun() throws IOException {
    StringBuilder table = new StringBuilder("job_id,tenant,submit_s,duration_s,gpus\n");
    for (int i = 0; i < 300; i++) {
      table.append(
          "j%d,t%d,%d,%d,%s\n"
              .formatted(i, i % 3, i / 4, 1 + i % 37, i % 5 == 0 ? "0.5" : "" + (1 + i % 4)));
    }
    StudyOutcome first = run(table.toString(), 3);
    StudyOutcome second = run(table.toString(), 3);
    assertThat(LongStream.range(0, 300).map(i -> first.waitMs((int) i)).toArray())
        .isEqualTo(LongStream.range(0, 300).map(i -> second.waitMs((int) i)).toArray());
    assertThat(IntStream.range(0, 300).allMatch(first::hasEnded)).isTrue();
    Curves curves = new Curves(first, first.lastMs(), 50);
    double area = 0;
    for (double gpus : curves.usedGpus()) {
      assertThat(gpus).isBetween(0.0, 8.0);
      area += gpus * curves.slotMs();
    }
    double used = 0;
    for (int i = 0; i < 300; i++) {
      used += first.jobs().get(i).gpus() * (first.untilMs(i) - first.placedMs(i));
    }
    assertThat(area).isCloseTo(used, within(1.0));
  }

  @Test
  void verbWritesTableJsonAndPage() throws IOException {
    Path nodes = write("nodes.csv", TWO_NODES);
    Path jobs = write("jobs.csv", "job_id,tenant,submit_s,duration_s,gpus\na,<x>,0,10,2\n");
    Path page = dir.resolve("page.html");
    assertThat(
            SimulateMain.execute(
                "--nodes", nodes.toString(), "--jobs", jobs.toString(), "--html", page.toString()))
        .isZero();
    assertThat(Files.readString(page))
        .contains("<svg", "Allocated GPUs", "Waiting jobs", "&lt;x>")
        .doesNotContain("<x>", "NaN");
    assertThat(
            SimulateMain.execute(
                "--nodes",
                nodes.toString(),
                "--jobs",
                jobs.toString(),
                "--policy",
                "mosu,fifo",
                "--html",
                page.toString()))
        .isZero();
    assertThat(Files.readString(page)).contains("Fairness", ">fifo<").doesNotContain("NaN");
    assertThat(
            SimulateMain.execute(
                "--nodes", nodes.toString(), "--jobs", jobs.toString(), "--policy", "magic"))
        .isEqualTo(64);
    assertThat(SimulateMain.execute("--nodes", nodes.toString(), "--jobs", "/no/such.csv"))
        .isEqualTo(1);
    assertThat(SimulateMain.execute("--nodes", nodes.toString())).isEqualTo(64);
  }

  private StudyOutcome run(String table, int schedulers) throws IOException {
    AtomicInteger done = new AtomicInteger();
    StudyOutcome outcome =
        new Study(
                TraceNode.read(write("nodes.csv", TWO_NODES)),
                TraceJob.read(write("jobs.csv", table), false, 4),
                Map.of(),
                schedulers,
                7)
            .run(done::set);
    assertThat(done.get()).isLessThanOrEqualTo(outcome.jobs().size());
    return outcome;
  }

  private Path write(String name, String text) throws IOException {
    return Files.writeString(dir.resolve(name), text);
  }

  private static double waitS(StudyOutcome outcome, int job) {
    return outcome.waitMs(job) / 1e3;
  }
}
