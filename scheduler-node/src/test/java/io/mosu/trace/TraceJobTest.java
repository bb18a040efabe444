// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.Shape;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceJobTest {
  @TempDir private Path dir;

  @Test
  void uniformTable() throws IOException {
    List<TraceJob> jobs =
        read(
            """
            job_id,tenant,submit_s,duration_s,gpus,gpu_model,instances,cpus,mem_mb,kind,state
            b,vc1,30.5,10,16,,,,,train,
            a,vc2,20,,0.46,A100|H100,,3.5,1024,train,
            c,"v,c",40,1,12,,3,6,3000,train,
            """);
    assertThat(jobs)
        .containsExactly(
            new TraceJob(
                "a",
                "vc2",
                0,
                TraceJob.ENDLESS_MS,
                1,
                shape(1, 460, List.of("A100", "H100"), 3_500, 1_024),
                0),
            new TraceJob("b", "vc1", 10_500, 10_000, 2, shape(8, 1_000, List.of(), 100, 1), 0),
            new TraceJob(
                "c", "v,c", 20_000, 1_000, 3, shape(4, 1_000, List.of(), 2_000, 1_000), 0));
    assertThat(jobs.get(0).gpus()).isEqualTo(0.46);
    assertThat(jobs.get(1).gpus()).isEqualTo(16);
  }

  @Test
  void shareOfTheWholeJobIsSharedOutAndNoneIsNone() throws IOException {
    List<TraceJob> jobs = read("job_id,gpus,instances\na,2,4\nb,0.0001,1\n");
    assertThat(jobs).extracting(TraceJob::gpus).containsExactly(2.0, 0.001);
    assertThat(jobs.get(0).shape()).isEqualTo(shape(1, 500, List.of(), 100, 1));
    assertThat(read("name,num_gpu,gpu_milli,cpu_milli\na,0,500,1\n").get(0).gpus()).isZero();
  }

  @Test
  void openbsPods() throws IOException {
    assertThat(
            read(
                """
                name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos,pod_phase,creation_time,deletion_time,scheduled_time
                p,12000,16384,2,1000,T4,LS,Running,5,65,6
                q,6000,8192,0,0,,LS,Running,5,7,6
                r,6000,8192,0,0,,LS,Running,5,,6
                """))
        .containsExactly(
            new TraceJob("p", "", 0, 60_000, 1, shape(2, 1_000, List.of("T4"), 12_000, 16_384), 0),
            new TraceJob("q", "", 0, 2_000, 1, shape(0, 0, List.of(), 6_000, 8_192), 0),
            new TraceJob(
                "r", "", 0, TraceJob.ENDLESS_MS, 1, shape(0, 0, List.of(), 6_000, 8_192), 0));
  }

  @Test
  void podsWithoutTimesComeAtOnceAndStay() throws IOException {
    assertThat(read("name,cpu_milli,memory_mib,num_gpu,gpu_milli\np,12000,16384,1,300\n"))
        .containsExactly(
            new TraceJob(
                "p", "", 0, TraceJob.ENDLESS_MS, 1, shape(1, 300, List.of(), 12_000, 16_384), 0));
  }

  @Test
  void cohortsAndQueues() throws IOException {
    assertThat(
            read(
                """
                job_id,cohort,queue,submit_ms,runtime_ms,units,priority,class
                k,cohort-0,cq-00,100,1000,20,200,large
                """))
        .containsExactly(
            new TraceJob(
                "k", "cohort-0-cq-00", 0, 1_000, 3, shape(7, 1_000, List.of(), 100, 1), 100));
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    assertThatThrownBy(() -> read("job_id,submit_s,duration_s,gpus\na,0,1,2\nb,0,1,many\n"))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("jobs.csv line 3: gpus is 'many', not a number");
    assertThatThrownBy(() -> read("job_id,submit_s,duration_s,gpus\na,0,1,-2\n"))
        .hasMessageContaining("line 2: gpus is -2, not 0 or more");
    assertThatThrownBy(() -> read("job_id,submit_s\na,0\n"))
        .hasMessageContaining(
            "is no table of jobs: no column gpus or num_gpu or units, but job_id");
    assertThatThrownBy(() -> read("model,batch,gpus,steps_per_s\nA3C,,1,3.4\n"))
        .hasMessageContaining("no column job_id or name, but model, batch, gpus, steps_per_s");
    assertThatThrownBy(() -> read("job_id,gpus\na,1\nb,2,3\n"))
        .hasMessageContaining("jobs.csv line 3: Too many entries");
    assertThatThrownBy(() -> read("job_id,gpus\n")).hasMessageContaining("has no jobs");
    assertThatThrownBy(() -> read("job_id,gpus,instances\na,2000,2000\n"))
        .hasMessageContaining("2000 tasks; at most 1024");
  }

  @Test
  void whatIsNoTableIsToldOnOneLine() throws IOException {
    Path file = dir.resolve("jobs.csv.gz");
    Files.writeString(file, "job_id,gpus\n");
    assertThatThrownBy(() -> TraceJob.read(file, false, 8))
        .hasMessageContaining("jobs.csv.gz is no whole gzip file");
    assertThatThrownBy(() -> TraceJob.read(dir, false, 8)).hasMessageContaining("is a directory");
    assertThatThrownBy(() -> read("")).hasMessageContaining("jobs.csv: Empty header line");
    assertThatThrownBy(() -> read("\u0001\nb,\u0002\n")).message().matches("[\\p{Print}]+");
  }

  @Test
  void modelsNeedNotMatter() throws IOException {
    Path file = dir.resolve("models.csv");
    Files.writeString(file, "job_id,gpus,gpu_model\na,1,H100\n");
    assertThat(TraceJob.read(file, true, 8).get(0).shape().models()).isEmpty();
    assertThat(TraceJob.read(file, false, 8).get(0).shape().models()).containsExactly("H100");
  }

  private List<TraceJob> read(String table) throws IOException {
    Path file = dir.resolve("jobs.csv");
    Files.writeString(file, table);
    return TraceJob.read(file, false, 8);
  }

  private static Shape shape(int gpus, int milli, List<String> models, int cpuMilli, int mib) {
    return new Shape(gpus, milli, new TreeSet<>(models), cpuMilli, mib);
  }
}
