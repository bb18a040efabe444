// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.simulation.study.Percentile;
import io.mosu.simulation.study.Progress;
import io.mosu.simulation.study.Study;
import io.mosu.simulation.study.StudyOutcome;
import io.mosu.trace.Csv;
import io.mosu.trace.Row;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.Callable;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long workloads wait for admission where queues of a cohort borrow from one another. */
@Command(
    name = "admission",
    description =
        "Runs Kueue's baseline in virtual time: each cohort has as many units as its queues are"
            + " guaranteed together; each queue borrows what the others leave.")
final class Admission implements Callable<Integer> {
  private static final int NODE_GPUS_MAX = 60;
  private static final int PLENTY_MILLI = 1_000_000;

  @Option(
      names = "--jobs",
      required = true,
      paramLabel = "FILE",
      description = "CSV or CSV.gz: job_id,cohort,queue,submit_ms,runtime_ms,units,priority.")
  private Path file = Path.of("");

  @Option(
      names = "--guaranteed",
      defaultValue = "20",
      paramLabel = "UNITS",
      description = "Of each queue (${DEFAULT-VALUE}).")
  private int guaranteed;

  @Option(
      names = "--borrowed",
      defaultValue = "100",
      paramLabel = "UNITS",
      description = "That a queue may borrow at most (${DEFAULT-VALUE}).")
  private int borrowed;

  @Option(names = "--seed", defaultValue = "1", description = "Of the runs (${DEFAULT-VALUE}).")
  private long seed;

  private final PrintStream out;
  private final PrintStream err;
  private final TreeMap<Double, List<Double>> waitsS = new TreeMap<>();
  private double wallS;
  private double unitSeconds;
  private double capacity;
  private int preemptions;
  private int unfinished;
  private int placements;
  private double messages;

  Admission(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    Map<String, String> cohortOf = new HashMap<>();
    for (Row row : Csv.rows(file)) {
      cohortOf.put(row.text("job_id"), row.text("cohort"));
    }
    Map<String, List<TraceJob>> cohorts = new TreeMap<>();
    for (TraceJob job : TraceJob.read(file, true, NODE_GPUS_MAX)) {
      cohorts
          .computeIfAbsent(cohortOf.getOrDefault(job.name(), ""), c -> new ArrayList<>())
          .add(job);
    }
    Progress progress = new Progress(err, "cohorts", cohorts.size());
    int done = 0;
    for (List<TraceJob> jobs : cohorts.values()) {
      run(jobs);
      progress.at(++done);
    }
    Result result = new Result("admission");
    result.line(
        "cohorts", "%d of %,.0f units".formatted(cohorts.size(), capacity / cohorts.size()));
    result.line("jobs", "%,d".formatted(cohortOf.size()));
    result.figure("unfinished", unfinished);
    result.figure("wall_s", wallS, 1);
    result.figure("used_percent", 100 * unitSeconds / (capacity * wallS), 1);
    waitsS.forEach(
        (units, waits) ->
            result.figure(
                "admission_%.0f_units_mean_s".formatted(units), new Percentile(waits).mean(), 1));
    result.figure("preemptions", preemptions);
    result.figure("messages_per_placement", messages / Math.max(1, placements), 1);
    out.print(result.table());
    out.println(result.json(unfinished == 0));
    out.flush();
    return unfinished == 0 ? 0 : 1;
  }

  private void run(List<TraceJob> jobs) {
    Map<String, Quota> quotas = new TreeMap<>();
    long milli = (long) Device.WHOLE_MILLI * guaranteed;
    long limit = milli + (long) Device.WHOLE_MILLI * borrowed;
    for (String queue : new TreeSet<>(jobs.stream().map(TraceJob::tenant).toList())) {
      quotas.put(queue, new Quota(milli, limit, 1));
    }
    int units = guaranteed * quotas.size();
    int largest = (int) jobs.stream().mapToDouble(TraceJob::gpus).max().orElse(1);
    StudyOutcome outcome =
        new Study(nodes(units, Math.max(1, largest)), jobs, quotas, 1, seed).run(ended -> {});
    long firstMs = jobs.stream().mapToLong(TraceJob::submitMs).min().orElse(0);
    long lastMs = firstMs;
    for (int i = 0; i < jobs.size(); i++) {
      TraceJob job = jobs.get(i);
      unfinished += outcome.hasEnded(i) ? 0 : 1;
      lastMs = Math.max(lastMs, job.submitMs() + outcome.completionMs(i));
      unitSeconds += job.gpus() * job.durationMs() / 1e3;
      waitsS.computeIfAbsent(job.gpus(), u -> new ArrayList<>()).add(outcome.waitMs(i) / 1e3);
    }
    wallS = Math.max(wallS, (lastMs - firstMs) / 1e3);
    capacity += units;
    preemptions += outcome.preemptions();
    placements += outcome.placements();
    messages += outcome.messagesPerPlacement() * outcome.placements();
  }

  /** As few nodes as hold the units, each of a size that the largest jobs fill. */
  private static List<TraceNode> nodes(int units, int largest) {
    int size = Math.max(largest, NODE_GPUS_MAX / largest * largest);
    List<TraceNode> nodes = new ArrayList<>();
    for (int left = units; left > 0; left -= size) {
      List<Device> devices =
          IntStream.range(0, Math.min(size, left))
              .mapToObj(i -> new Device(i, "unit", 1, "unit-" + i))
              .toList();
      Inventory inventory =
          new Inventory("bench", "bench", "127.0.0.1", PLENTY_MILLI, PLENTY_MILLI, devices, false);
      nodes.add(new TraceNode(new NodeId("n%03d".formatted(nodes.size())), inventory, ""));
    }
    return nodes;
  }
}
