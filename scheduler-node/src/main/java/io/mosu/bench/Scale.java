// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Shape;
import io.mosu.simulation.study.Percentile;
import io.mosu.simulation.study.Progress;
import io.mosu.simulation.study.Study;
import io.mosu.simulation.study.StudyOutcome;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.PrintStream;
import java.lang.management.ManagementFactory;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** What the simulator takes for a cluster and a workload of any size, made from a seed. */
@Command(
    name = "scale",
    description =
        "Simulates a synthetic workload: most jobs ask 1 GPU, some up to 32, their times spread over"
            + " three orders of magnitude, and they come as fast as fills the cluster.")
final class Scale implements Callable<Integer> {
  private static final int GPUS = 8;
  private static final double MIB = 1 << 20;
  private static final double MEDIAN_MS = 600_000;
  private static final double SPREAD = 1.5;
  private static final double LONGEST_MS = 86_400_000;

  /** GPUs of a job, and of a hundred jobs how many ask no more. */
  private static final int[][] SIZES = {
    {1, 60}, {2, 70}, {4, 80}, {GPUS, 95}, {2 * GPUS, 99}, {4 * GPUS, 100}
  };

  @Option(names = "--nodes", defaultValue = "1000", description = "Of 8 GPUs (${DEFAULT-VALUE}).")
  private int nodes;

  @Option(names = "--jobs", defaultValue = "100000", description = "How many (${DEFAULT-VALUE}).")
  private int jobs;

  @Option(names = "--tenants", defaultValue = "20", description = "Who submit (${DEFAULT-VALUE}).")
  private int tenants;

  @Option(
      names = "--load",
      defaultValue = "90",
      paramLabel = "PERCENT",
      description = "Of the GPUs that the jobs ask for, over time (${DEFAULT-VALUE}).")
  private double load;

  @Option(names = "--seed", defaultValue = "1", description = "Of all of it (${DEFAULT-VALUE}).")
  private long seed;

  private final PrintStream out;
  private final PrintStream err;

  Scale(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    List<TraceNode> cluster = SuiteWorkload.nodes(nodes);
    List<TraceJob> workload = workload();
    Progress progress = new Progress(err, "jobs", jobs);
    long beganNanos = System.nanoTime();
    Study study = new Study(cluster, workload, Map.of(), 1, seed);
    double registeredS = (System.nanoTime() - beganNanos) / 1e9;
    StudyOutcome outcome = study.run(progress::at);
    double wallS = (System.nanoTime() - beganNanos) / 1e9;
    List<Double> waits = new ArrayList<>();
    int unfinished = 0;
    for (int i = 0; i < jobs; i++) {
      waits.add(outcome.waitMs(i) / 1e3);
      unfinished += outcome.hasEnded(i) ? 0 : 1;
    }
    Result result = new Result("scale");
    result.line("nodes", "%,d of %d GPUs".formatted(nodes, GPUS));
    result.line("jobs", "%,d of %d tenants, load %.0f %%".formatted(jobs, tenants, load));
    result.line("cores", Runtime.getRuntime().availableProcessors());
    result.figure("virtual_hours", outcome.lastMs() / 3.6e6, 1);
    result.figure("unfinished", unfinished);
    result.figure("wait_mean_s", new Percentile(waits).mean(), 1);
    result.figure("registered_s", registeredS, 1);
    result.figure("wall_s", wallS, 1);
    result.figure("us_per_placement", 1e6 * (wallS - registeredS) / outcome.placements(), 0);
    result.figure("messages_per_placement", outcome.messagesPerPlacement(), 1);
    result.figure("heap_most_mib", heapMostMib(), 0);
    out.print(result.table());
    out.println(result.json(unfinished == 0));
    out.flush();
    return unfinished == 0 ? 0 : 1;
  }

  private List<TraceJob> workload() {
    SplittableRandom random = new SplittableRandom(seed);
    List<Integer> gpus = new ArrayList<>();
    List<Long> durationMs = new ArrayList<>();
    double askedMs = 0;
    for (int i = 0; i < jobs; i++) {
      int percent = random.nextInt(100);
      int size = 0;
      while (SIZES[size][1] <= percent) {
        size++;
      }
      double spread = Math.exp(SPREAD * random.nextGaussian());
      gpus.add(SIZES[size][0]);
      durationMs.add((long) Math.min(LONGEST_MS, Math.max(1_000, MEDIAN_MS * spread)));
      askedMs += (double) gpus.get(i) * durationMs.get(i);
    }
    double lastMs = askedMs / (load / 100 * nodes * GPUS);
    List<TraceJob> workload = new ArrayList<>();
    List<Long> times = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      times.add((long) (random.nextDouble() * lastMs));
    }
    Collections.sort(times);
    for (int i = 0; i < jobs; i++) {
      int each = Math.min(GPUS, gpus.get(i));
      // the lower a tenant's number, the more it submits
      String tenant = "t" + (int) (tenants * Math.pow(random.nextDouble(), 2));
      Shape shape =
          new Shape(
              each, Device.WHOLE_MILLI, Collections.emptySortedSet(), 8_000 * each, 65_536 * each);
      workload.add(
          new TraceJob(
              "j" + i, tenant, times.get(i), durationMs.get(i), gpus.get(i) / each, shape, 0));
    }
    return workload;
  }

  /** The most that the heap held, what was to be collected included. */
  private static double heapMostMib() {
    return ManagementFactory.getMemoryPoolMXBeans().stream()
            .filter(pool -> pool.getCollectionUsage() != null)
            .mapToLong(pool -> pool.getPeakUsage().getUsed())
            .sum()
        / MIB;
  }
}
