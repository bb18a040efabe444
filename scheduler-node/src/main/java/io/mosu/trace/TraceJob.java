// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Shape;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.TreeSet;

/**
 * A job of a table.
 *
 * @param tenant who submits it, "" if the table does not say
 * @param submitMs since the first one's
 * @param durationMs once it runs; {@link #ENDLESS_MS} if it does not end
 * @param tasks like tasks, each on a node of its own
 * @param shape what each asks
 * @param priority within its tenant
 */
public record TraceJob(
    String name,
    String tenant,
    long submitMs,
    long durationMs,
    int tasks,
    Shape shape,
    int priority) {

  /** Longer than any trace. */
  public static final long ENDLESS_MS = 1L << 50;

  private static final double MS = 1_000;
  private static final int PRIORITY_MAX = 100;

  /** Where nothing is said, next to nothing is asked. */
  private static final int CPU_MILLI_LEAST = 100;

  /**
   * Reads a job per row, in the order of submission.
   *
   * <p>{@code job_id} (name); {@code tenant}, or {@code cohort} and {@code queue}; {@code submit_s}
   * ({@code submit_ms}, creation_time) and {@code duration_s} ({@code runtime_ms}, or the time from
   * creation_time to deletion_time), endless where it is empty; {@code gpus} of the whole job
   * (units; {@code num_gpu} with {@code gpu_milli} of each), a broken number below 1 being a share
   * of one; {@code gpu_model} (gpu_spec) with strokes between models; {@code instances}, else as
   * few as the largest node allows; {@code cpus} and {@code mem_mb} of the whole job, or {@code
   * cpu_milli} and {@code memory_mib} of each task; {@code priority}. All at once where no time of
   * submission is.
   *
   * @param anyModel whether the models that are asked for do not matter
   * @param gpusMost devices of the largest node
   * @throws IllegalArgumentException if it is no such table or has no such rows; the text names
   *     file and line
   */
  public static List<TraceJob> read(Path file, boolean anyModel, int gpusMost) throws IOException {
    List<TraceJob> jobs = new ArrayList<>();
    for (Row row : Csv.rows(file)) {
      row.require("jobs", "job_id", "name");
      row.require("jobs", "gpus", "num_gpu", "units");
      jobs.add(job(row, anyModel, Math.max(1, gpusMost)));
    }
    if (jobs.isEmpty()) {
      throw new IllegalArgumentException(file + " has no jobs");
    }
    long first = jobs.stream().mapToLong(TraceJob::submitMs).min().orElse(0);
    return jobs.stream()
        .map(job -> job.later(-first))
        .sorted(Comparator.comparingLong(TraceJob::submitMs))
        .toList();
  }

  /** Devices of all tasks; a share counts as such. */
  public double gpus() {
    return (double) tasks * shape.totalGpuMilli() / Device.WHOLE_MILLI;
  }

  private TraceJob later(long ms) {
    return new TraceJob(name, tenant, submitMs + ms, durationMs, tasks, shape, priority);
  }

  private static TraceJob job(Row row, boolean anyModel, int gpusMost) {
    double gpus = row.number("gpus", "num_gpu", "units");
    double least = Math.ceil(Math.ceil(gpus) / gpusMost);
    int tasks = Math.max(1, (int) row.numberOr(least, "instances"));
    if (tasks > JobSpec.NODES_MAX) {
      throw row.wrong(tasks + " tasks; at most " + JobSpec.NODES_MAX);
    }
    double part =
        row.has("gpu_milli") && gpus == 1 ? row.number("gpu_milli") / 1_000 : gpus / tasks;
    boolean share = part > 0 && part < 1;
    int each = (int) Math.ceil(part);
    int milli = (int) Math.max(1, Math.min(Device.WHOLE_MILLI - 1, Math.round(1_000 * part)));
    Shape shape =
        new Shape(
            each,
            each == 0 ? 0 : share ? milli : Device.WHOLE_MILLI,
            each == 0 || anyModel
                ? Collections.emptySortedSet()
                : new TreeSet<>(row.words("gpu_model", "gpu_spec")),
            Math.max(CPU_MILLI_LEAST, cpuMilli(row, tasks)),
            Math.max(1, memoryMib(row, tasks)));
    String name = row.text("job_id", "name");
    int priority = Math.min(PRIORITY_MAX, (int) row.numberOr(0, "priority"));
    return new TraceJob(name, tenant(row), submitMs(row), durationMs(row), tasks, shape, priority);
  }

  private static int cpuMilli(Row row, int tasks) {
    return (int)
        (row.has("cpu_milli") ? row.number("cpu_milli") : MS * row.numberOr(0, "cpus") / tasks);
  }

  private static int memoryMib(Row row, int tasks) {
    return (int)
        (row.has("memory_mib") ? row.number("memory_mib") : row.numberOr(0, "mem_mb") / tasks);
  }

  private static String tenant(Row row) {
    return row.has("cohort") ? row.text("cohort") + "-" + row.text("queue") : row.text("tenant");
  }

  private static long submitMs(Row row) {
    if (row.has("submit_ms")) {
      return (long) row.number("submit_ms");
    }
    if (row.text("submit_s").startsWith("-")) {
      return 0; // it was there before
    }
    return (long) (MS * row.numberOr(0, "submit_s", "creation_time"));
  }

  private static long durationMs(Row row) {
    double ms;
    if (row.has("deletion_time")) {
      double endS = row.numberOr(ENDLESS_MS, "deletion_time");
      ms = endS == ENDLESS_MS ? ENDLESS_MS : MS * (endS - row.number("creation_time"));
    } else if (row.has("runtime_ms")) {
      ms = row.numberOr(ENDLESS_MS, "runtime_ms");
    } else {
      ms = MS * row.numberOr(ENDLESS_MS, "duration_s");
    }
    return (long) Math.max(1, Math.min(ENDLESS_MS, ms));
  }
}
