// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.cli.ServiceLine;
import io.mosu.scheduler.model.Quota;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mosu simulate}: what would become of a workload on a cluster. */
@Command(
    name = "mosu simulate",
    description = {
      "Runs a workload on a cluster in virtual time, by the very rules that place and run jobs in a"
          + " real one: each tenant and each node negotiates for itself. Nothing fails in it.",
      "",
      "Both files are CSV with a header, or CSV.gz.",
      "Nodes: sn,gpu,model,cpu_milli,memory_mib (or node,gpus,gpu_model,cpus,mem_mb).",
      "Jobs: job_id,tenant,submit_s,duration_s,gpus,gpu_model,instances,cpus,mem_mb,priority",
      "(or name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,creation_time,deletion_time).",
      "",
      "Exit codes: 0 it ran; 1 a file cannot be read; 64 usage."
    })
public final class SimulateMain implements Callable<Integer> {
  private static final int USAGE = 64;
  private static final int SCHEDULERS_MAX = 100;
  private static final String MOSU = "mosu";

  @Option(names = "--nodes", required = true, paramLabel = "FILE", description = "The cluster.")
  Path nodes = Path.of("");

  @Option(names = "--jobs", required = true, paramLabel = "FILE", description = "The workload.")
  Path jobs = Path.of("");

  @Option(
      names = "--policy",
      paramLabel = "NAME",
      split = ",",
      description =
          "mosu (the default), or others' over one queue: fifo, fifo-backfill, sjf, sjf-backfill, the"
              + " last two told how long each job will run. Several, by commas: side by side, and"
              + " waits as multiples of the first one's.")
  List<String> policies = List.of(MOSU);

  @Option(
      names = "--guaranteed",
      description =
          "Guarantee each tenant as many GPUs as the nodes have that the file names it for.")
  boolean guaranteed;

  @Option(
      names = "--seed",
      defaultValue = "1",
      description = "The same one gives the same run (${DEFAULT-VALUE}).")
  long seed;

  @Option(
      names = "--schedulers",
      defaultValue = "1",
      paramLabel = "N",
      description =
          "Scheduler nodes, each with a board of its own that hears of the others' a little later"
              + " (${DEFAULT-VALUE}).")
  int schedulers;

  @Option(names = "--any-model", description = "Jobs run on GPUs of any model.")
  boolean anyModel;

  @Option(names = "--json", description = "JSON instead of the table.")
  boolean json;

  @Option(
      names = "--html",
      paramLabel = "FILE",
      description = "Writes a page with plots of allocation, queue, fairness and waits over time.")
  @Nullable Path html;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean helpAsked;

  private SimulateMain() {}

  public static void main(String[] args) {
    System.exit(execute(args));
  }

  static int execute(String... args) {
    Locale.setDefault(Locale.ROOT);
    CommandLine line =
        ServiceLine.of(
            new CommandLine(new SimulateMain()),
            System.err,
            "see `mosu simulate --help`",
            "`mosu simulate --help` tells what the files look like");
    return line.execute(args);
  }

  @Override
  public Integer call() throws IOException {
    if (schedulers < 1 || schedulers > SCHEDULERS_MAX) {
      System.err.println("error: --schedulers takes 1 to " + SCHEDULERS_MAX);
      return USAGE;
    }
    for (String policy : policies) {
      if (!policy.equals(MOSU) && !QueuePolicy.known(policy)) {
        System.err.println(
            "error: no policy '%s'; there are mosu, %s".formatted(policy, QueuePolicy.words()));
        return USAGE;
      }
    }
    List<TraceNode> cluster = TraceNode.read(nodes);
    int most = cluster.stream().mapToInt(node -> node.inventory().devices().size()).max().orElse(0);
    List<TraceJob> workload = TraceJob.read(jobs, anyModel, most);
    List<Run> runs = new ArrayList<>();
    for (String policy : new LinkedHashSet<>(policies)) {
      long began = System.nanoTime();
      StudyOutcome outcome = run(policy, cluster, workload);
      runs.add(new Run(policy, outcome, new Summary(outcome, (System.nanoTime() - began) / 1e9)));
    }
    Path page = html;
    if (page != null) {
      String what = "%s on %s, seed %d".formatted(jobs.getFileName(), nodes.getFileName(), seed);
      Files.writeString(page, Html.page(what, runs), StandardCharsets.UTF_8);
      System.err.println("plots: " + page);
    }
    if (runs.size() > 1) {
      Comparison comparison = new Comparison(runs);
      System.out.print(json ? comparison.json() + System.lineSeparator() : comparison.table());
    } else {
      Summary summary = runs.get(0).summary();
      System.out.print(json ? summary.json() + System.lineSeparator() : summary.table());
    }
    return 0;
  }

  private StudyOutcome run(String policy, List<TraceNode> cluster, List<TraceJob> workload) {
    Progress progress = new Progress(System.err, policy, workload.size());
    if (!policy.equals(MOSU)) {
      return new PeerQueue(cluster, workload, QueuePolicy.of(policy)).run(progress::at);
    }
    Map<String, Quota> quotas = guaranteed ? TraceNode.guarantees(cluster) : Map.of();
    return new Study(cluster, workload, quotas, schedulers, seed).run(progress::at);
  }
}
