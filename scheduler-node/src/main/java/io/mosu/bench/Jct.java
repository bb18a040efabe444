// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Quota;
import io.mosu.simulation.study.Percentile;
import io.mosu.simulation.study.Progress;
import io.mosu.simulation.study.QueuePolicy;
import io.mosu.simulation.study.Study;
import io.mosu.simulation.study.StudyOutcome;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long jobs take where tenants pool their nodes, beside others' queues on each one's own. */
@Command(
    name = "jct",
    description =
        "Runs the jobs of tenants that have nodes of their own in virtual time: each tenant on its"
            + " nodes under other schedulers' policies and under Mosu, and all under Mosu on all.")
final class Jct implements Callable<Integer> {
  @Option(names = "--jobs", required = true, paramLabel = "FILE", description = "CSV or CSV.gz.")
  private Path file = Path.of("");

  @Option(
      names = "--nodes",
      required = true,
      paramLabel = "FILE",
      description = "Nodes of each tenant: tenant,nodes_of_8_gpus.")
  private Path nodes = Path.of("");

  @Option(names = "--seed", defaultValue = "1", description = "Of the runs (${DEFAULT-VALUE}).")
  private long seed;

  private final PrintStream out;
  private final PrintStream err;

  Jct(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  /** What became of a tenant's jobs, in seconds. */
  private record Times(List<Double> completions, List<Double> waits) {
    Times() {
      this(new ArrayList<>(), new ArrayList<>());
    }

    void add(long completionMs, long waitMs) {
      completions.add(completionMs / 1e3);
      waits.add(waitMs / 1e3);
    }

    void addAll(Times more) {
      completions.addAll(more.completions);
      waits.addAll(more.waits);
    }
  }

  /** Within that, two means are the same. */
  private static final double SLOWER = 1.001;

  private int preemptions;

  @Override
  public Integer call() throws IOException {
    Map<String, List<TraceNode>> own = new TreeMap<>();
    List<TraceNode> all = TraceNode.read(nodes);
    for (TraceNode node : all) {
      own.computeIfAbsent(node.tenant(), t -> new ArrayList<>()).add(node);
    }
    int gpus = all.stream().mapToInt(node -> node.inventory().devices().size()).max().orElse(1);
    Map<String, List<TraceJob>> jobs = new TreeMap<>();
    List<TraceJob> whole = TraceJob.read(file, true, gpus);
    List<TraceJob> kept = new ArrayList<>();
    for (TraceJob job : whole) {
      List<TraceNode> mine = own.getOrDefault(job.tenant(), List.of());
      boolean ends = job.durationMs() < TraceJob.ENDLESS_MS;
      if (ends && new Partition(mine.size(), gpus).holds(job)) {
        kept.add(job);
        jobs.computeIfAbsent(job.tenant(), t -> new ArrayList<>()).add(job);
      }
    }
    if (kept.isEmpty()) {
      throw new IllegalArgumentException("no job of " + file + " fits its tenant's nodes");
    }
    Result result = new Result("jct");
    result.line(
        "jobs",
        "%,d of %,d, that their tenants' nodes could run".formatted(kept.size(), whole.size()));
    result.line("nodes", "%,d of %d GPUs, %d tenants".formatted(all.size(), gpus, own.size()));
    for (QueuePolicy policy : QueuePolicy.values()) {
      Times times = new Times();
      jobs.forEach(
          (tenant, mine) ->
              times.addAll(alone(own.getOrDefault(tenant, List.of()).size(), gpus, mine, policy)));
      told(result, policy.name().toLowerCase(Locale.ROOT), times);
    }
    Progress progress = new Progress(err, "runs", jobs.size() + 2);
    int done = 0;
    Map<String, Times> alone = new HashMap<>();
    Times apart = new Times();
    for (Map.Entry<String, List<TraceJob>> tenant : jobs.entrySet()) {
      List<TraceNode> mine = own.getOrDefault(tenant.getKey(), List.of());
      Times times = new Times();
      run(mine, tenant.getValue(), Map.of()).values().forEach(times::addAll);
      alone.put(tenant.getKey(), times);
      apart.addAll(times);
      progress.at(++done);
    }
    told(result, "mosu_apart", apart);
    Times together = new Times();
    run(all, kept, Map.of()).values().forEach(together::addAll);
    told(result, "mosu_pooled", together);
    progress.at(++done);
    Map<String, Times> pooled = run(all, kept, TraceNode.guarantees(all));
    Times guaranteed = new Times();
    pooled.values().forEach(guaranteed::addAll);
    told(result, "mosu", guaranteed);
    result.figure("mosu_preemptions", preemptions);
    progress.at(++done);
    fairness(result, alone, pooled);
    out.print(result.table());
    out.println(result.json(true));
    out.flush();
    return 0;
  }

  private static Times alone(int nodes, int gpus, List<TraceJob> jobs, QueuePolicy policy) {
    long[] starts = new Partition(nodes, gpus).starts(jobs, policy);
    Times times = new Times();
    for (int i = 0; i < starts.length; i++) {
      long waitMs = starts[i] - jobs.get(i).submitMs();
      times.add(waitMs + jobs.get(i).durationMs(), waitMs);
    }
    return times;
  }

  private Map<String, Times> run(
      List<TraceNode> cluster, List<TraceJob> workload, Map<String, Quota> quotas) {
    StudyOutcome outcome = new Study(cluster, workload, quotas, 1, seed).run(done -> {});
    preemptions = outcome.preemptions();
    Map<String, Times> times = new TreeMap<>();
    for (int i = 0; i < workload.size(); i++) {
      times
          .computeIfAbsent(workload.get(i).tenant(), t -> new Times())
          .add(outcome.completionMs(i), outcome.waitMs(i));
    }
    return times;
  }

  private static void told(Result result, String policy, Times times) {
    Percentile wait = new Percentile(times.waits());
    result.figure(policy + "_completion_mean_s", new Percentile(times.completions()).mean(), 0);
    result.figure(policy + "_wait_mean_s", wait.mean(), 0);
    result.figure(policy + "_wait_p99_s", wait.at(99), 0);
  }

  /** Finish-time fairness: how long a job took, by how long it would have taken apart. */
  private static void fairness(Result result, Map<String, Times> alone, Map<String, Times> pooled) {
    List<Double> all = new ArrayList<>();
    double worst = 0;
    int slower = 0;
    result.text(
        "%n%-12s %8s %14s %14s %10s %10s"
            .formatted("tenant", "jobs", "apart, s", "pooled, s", "rho mean", "rho most"));
    for (Map.Entry<String, Times> tenant : alone.entrySet()) {
      List<Double> apart = tenant.getValue().completions();
      List<Double> shared = pooled.getOrDefault(tenant.getKey(), new Times()).completions();
      List<Double> rho = new ArrayList<>();
      for (int i = 0; i < apart.size(); i++) {
        rho.add(shared.get(i) / apart.get(i));
      }
      Percentile spread = new Percentile(rho);
      double meanApart = new Percentile(apart).mean();
      double meanShared = new Percentile(shared).mean();
      worst = Math.max(worst, spread.mean());
      slower += meanShared > SLOWER * meanApart ? 1 : 0;
      all.addAll(rho);
      result.text(
          "%-12s %,8d %,14.0f %,14.0f %10.3f %10.2f"
              .formatted(
                  tenant.getKey(),
                  rho.size(),
                  meanApart,
                  meanShared,
                  spread.mean(),
                  spread.at(100)));
    }
    Percentile spread = new Percentile(all);
    double behind = all.stream().filter(rho -> rho > 1.01).count();
    result.text("");
    result.figure("tenants_slower_than_apart", slower);
    result.figure("worst_tenant_rho_mean", worst, 3);
    result.figure("worst_job_rho", spread.at(100), 2);
    result.figure("jobs_rho_over_1_percent", 100 * behind / all.size(), 2);
  }
}
