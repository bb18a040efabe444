// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Shape;
import io.mosu.simulation.study.Progress;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** The experiment of <i>Beware of Fragmentation</i> (USENIX ATC 2023) on openb's traces. */
@Command(
    name = "fgd",
    description =
        "Fills a cluster in virtual time: how much of it is allocated when as much has"
            + " been asked as it has, beside other schedulers' policies.")
final class Fgd implements Callable<Integer> {
  private static final String NODES = "openb_node_list_gpu_node.csv";

  @Option(names = "--pods", required = true, paramLabel = "FILE", description = "CSV or CSV.gz.")
  private Path pods = Path.of("");

  @Option(
      names = "--nodes",
      paramLabel = "FILE",
      description = "CSV or CSV.gz. Default: " + NODES + " beside the pods, packed or not.")
  private @Nullable Path nodes;

  @Option(
      names = "--seeds",
      defaultValue = "42..51",
      paramLabel = "A..B",
      description = "Orders of arrival (${DEFAULT-VALUE}).")
  private String seeds = "";

  @Option(
      names = "--schedulers",
      defaultValue = "1",
      paramLabel = "N",
      description = "Scheduler nodes that place at once (${DEFAULT-VALUE}).")
  private int schedulers;

  @Option(names = "--shuffle-nodes", description = "Give the nodes another order and other names.")
  private boolean shuffled;

  @Option(
      names = "--peers",
      split = ",",
      paramLabel = "NAME",
      description = "Only these: ${COMPLETION-CANDIDATES}.")
  private List<PeerPolicy> only = new ArrayList<>();

  @Option(names = "--no-peers", description = "Mosu alone.")
  private boolean alone;

  private final PrintStream out;
  private final PrintStream err;

  Fgd(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() throws IOException {
    Openb cluster = Openb.read(nodes(), pods);
    List<Long> orders = orders();
    Map<String, List<Double>> allocated = new LinkedHashMap<>();
    long messages = 0;
    long invited = 0;
    long placed = 0;
    int most = 0;
    int[] refused = new int[3];
    Progress progress = new Progress(err, "runs", orders.size());
    for (long seed : orders) {
      Openb order = shuffled ? cluster.shuffledNodes(seed) : cluster;
      List<Shape> arrivals = order.arrivals(seed);
      if (!alone) {
        for (PeerPolicy policy : only.isEmpty() ? List.of(PeerPolicy.values()) : only) {
          allocated
              .computeIfAbsent(policy.name().toLowerCase(Locale.ROOT), p -> new ArrayList<>())
              .add(policy.run(order, arrivals, seed).allocated());
        }
      }
      VirtualRun run = new VirtualRun(order, schedulers, 4, seed);
      AllocationCurve curve = run.run(arrivals);
      allocated.computeIfAbsent("mosu", p -> new ArrayList<>()).add(curve.allocated());
      messages += run.messages();
      invited += run.invited();
      placed += curve.placements();
      most = Math.max(most, run.invitedMost());
      refused[0] += curve.refusedCpu();
      refused[1] += curve.refusedShared();
      refused[2] += curve.refusedWhole();
      progress.at(allocated.getOrDefault("mosu", List.of()).size());
    }
    Result result =
        new Result("fgd")
            .line("pods", pods.getFileName())
            .line(
                "nodes",
                "%,d, %,d GPUs".formatted(cluster.hosts().size(), cluster.capacityMilli() / 1_000))
            .line("schedulers", schedulers);
    allocated.forEach(
        (policy, values) -> {
          double mean = values.stream().mapToDouble(Double::doubleValue).average().orElse(0);
          double deviation =
              Math.sqrt(
                  values.stream().mapToDouble(v -> (v - mean) * (v - mean)).average().orElse(0));
          result.figure(policy + "_allocated_percent", mean, 2);
          result.line("  deviation", "%.2f".formatted(deviation));
        });
    result
        .figure("invited_per_placement", (double) invited / Math.max(1, placed), 2)
        .figure("invited_most", most)
        .figure("messages_per_placement", (double) messages / Math.max(1, placed), 1)
        .figure("refused_cpu_per_run", (double) refused[0] / orders.size(), 1)
        .figure("refused_shared_per_run", (double) refused[1] / orders.size(), 1)
        .figure("refused_whole_per_run", (double) refused[2] / orders.size(), 1);
    out.print(result.table());
    out.println(result.json(true));
    out.flush();
    return 0;
  }

  private Path nodes() {
    Path plain = pods.toAbsolutePath().resolveSibling(NODES);
    Path packed = pods.toAbsolutePath().resolveSibling(NODES + ".gz");
    return nodes != null ? nodes : Files.exists(plain) ? plain : packed;
  }

  private List<Long> orders() {
    String[] ends = seeds.split("\\.\\.", -1);
    List<Long> orders = new ArrayList<>();
    for (long seed = Long.parseLong(ends[0]);
        seed <= Long.parseLong(ends[ends.length - 1]);
        seed++) {
      orders.add(seed);
    }
    return orders;
  }
}
