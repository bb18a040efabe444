// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Quota;
import io.mosu.simulation.study.PeerQueue;
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
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** How long many short trials wait beside training, and what they do to it. */
@Command(
    name = "suites",
    description =
        "Runs training gangs in virtual time, alone and beside suites of short trials of one GPU. The"
            + " workload is synthetic: drawn from published distributions of durations.")
final class Suites implements Callable<Integer> {
  @Option(
      names = "--durations",
      required = true,
      paramLabel = "FILE",
      description = "CSV or CSV.gz: cluster,metric,type,le_seconds,cdf_pct.")
  private Path file = Path.of("");

  @Option(names = "--cluster", defaultValue = "seren", description = "In it (${DEFAULT-VALUE}).")
  private String cluster = "";

  @Option(names = "--nodes", defaultValue = "64", description = "Of 8 GPUs (${DEFAULT-VALUE}).")
  private int nodes;

  @Option(names = "--days", defaultValue = "3", description = "Of arrivals (${DEFAULT-VALUE}).")
  private double days;

  @Option(
      names = "--load",
      defaultValue = "85",
      paramLabel = "PERCENT",
      description = "Of the GPUs that training asks for, over time (${DEFAULT-VALUE}).")
  private double load;

  @Option(
      names = "--trials",
      defaultValue = "60",
      description = "Of a suite, which come at once (${DEFAULT-VALUE}).")
  private int trials;

  @Option(
      names = "--evaluation-percent",
      defaultValue = "85",
      paramLabel = "PERCENT",
      description = "Of all jobs that are trials (${DEFAULT-VALUE}).")
  private double evaluation;

  @Option(
      names = "--guaranteed",
      defaultValue = "16",
      paramLabel = "GPUS",
      description = "To the trials; the others to training (${DEFAULT-VALUE}).")
  private int guaranteed;

  @Option(names = "--seed", defaultValue = "1", description = "Of all of it (${DEFAULT-VALUE}).")
  private long seed;

  private final PrintStream out;
  private final PrintStream err;

  Suites(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    List<TraceNode> cluster = SuiteWorkload.nodes(nodes);
    SuiteWorkload workload =
        SuiteWorkload.read(file, this.cluster, seed).training(nodes, days, load);
    List<TraceJob> training = workload.jobs();
    List<TraceJob> both = workload.trials(evaluation, trials, days).jobs();
    double gpuSeconds = both.stream().mapToDouble(job -> job.gpus() * job.durationMs()).sum();
    double trialSeconds =
        both.stream().filter(Suites::trial).mapToDouble(job -> job.gpus() * job.durationMs()).sum();
    Result result = new Result("suites");
    result.line("workload", "synthetic, from %s".formatted(file.getFileName()));
    result.line("nodes", "%,d of 8 GPUs".formatted(nodes));
    result.line("training", "%,d gangs of 8 to 64 GPUs".formatted(training.size()));
    result.line("trials", "%,d of one GPU".formatted(both.size() - training.size()));
    result.figure("trials_gpu_time_percent", 100 * trialSeconds / gpuSeconds, 2);
    Progress progress = new Progress(err, "runs", 2 + 2 * QueuePolicy.values().length);
    int done = 0;
    for (QueuePolicy policy : QueuePolicy.values()) {
      StudyOutcome alone = new PeerQueue(cluster, training, policy).run(n -> {});
      progress.at(++done);
      StudyOutcome beside = new PeerQueue(cluster, both, policy).run(n -> {});
      progress.at(++done);
      told(result, policy.word().replace('-', '_'), alone, beside);
    }
    Map<String, Quota> quotas = new TreeMap<>();
    long milli = (long) Device.WHOLE_MILLI * guaranteed;
    long all = (long) Device.WHOLE_MILLI * SuiteWorkload.GPUS * nodes;
    quotas.put(SuiteWorkload.TRAINING, new Quota(all - milli, Quota.NONE.limitMilli(), 1));
    StudyOutcome alone = new Study(cluster, training, quotas, 1, seed).run(n -> {});
    progress.at(++done);
    quotas.put(SuiteWorkload.TRIALS, new Quota(milli, Quota.NONE.limitMilli(), 1));
    StudyOutcome beside = new Study(cluster, both, quotas, 1, seed).run(n -> {});
    progress.at(++done);
    told(result, "mosu", alone, beside);
    result.figure("mosu_preemptions_alone", alone.preemptions());
    result.figure("mosu_preemptions", beside.preemptions());
    out.print(result.table());
    out.println(result.json(true));
    out.flush();
    return 0;
  }

  private static void told(Result result, String policy, StudyOutcome alone, StudyOutcome beside) {
    Percentile apart = waits(alone, false);
    Percentile training = waits(beside, false);
    Percentile trials = waits(beside, true);
    result.figure(policy + "_training_wait_mean_alone_s", apart.mean(), 1);
    result.figure(policy + "_training_wait_mean_s", training.mean(), 1);
    result.figure(policy + "_training_wait_p90_alone_s", apart.at(90), 1);
    result.figure(policy + "_training_wait_p90_s", training.at(90), 1);
    result.figure(policy + "_trials_wait_p50_s", trials.at(50), 1);
    result.figure(policy + "_trials_wait_p90_s", trials.at(90), 1);
  }

  private static Percentile waits(StudyOutcome outcome, boolean trials) {
    List<Double> waits = new ArrayList<>();
    for (int i = 0; i < outcome.jobs().size(); i++) {
      if (trial(outcome.jobs().get(i)) == trials) {
        waits.add(outcome.waitMs(i) / 1e3);
      }
    }
    return new Percentile(waits);
  }

  private static boolean trial(TraceJob job) {
    return job.tenant().equals(SuiteWorkload.TRIALS);
  }
}
