// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Takes the database away under load, and measures what clients saw. */
@Command(
    name = "outage",
    description = "Hangs or kills the database under load, and measures what clients saw.")
final class Outage implements Callable<Integer> {

  private static final double WARM_S = 10;
  private static final double AFTER_S = 15;

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--seconds", defaultValue = "30", description = "Default: ${DEFAULT-VALUE}.")
  private int seconds;

  @Option(names = "--kill", description = "kill -9 instead of a hang (SIGSTOP).")
  private boolean kill;

  @Option(names = "--long-jobs", defaultValue = "40", description = "Default: ${DEFAULT-VALUE}.")
  private int longs;

  @Option(names = "--period-ms", defaultValue = "500", description = "Between probes of a tenant.")
  private long periodMs;

  private final PrintStream out;
  private final PrintStream err;

  Outage(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  private record Read(double tookS, int status) {}

  @Override
  public Integer call() {
    Result result =
        new Result("outage")
            .line("machine", Machine.describe())
            .line("fault", "database %s for %d s".formatted(kill ? "killed" : "hung", seconds))
            .line("tenants", "%,d, a probe each %,d ms".formatted(options.tenants, periodMs));
    FaultBench bench = new FaultBench(options, result, longs, periodMs, err);
    ClusterScript cluster = new ClusterScript(err);
    bench.pause(WARM_S);
    cluster.run(kill ? new String[] {"db-kill"} : new String[] {"pause", "db"});
    double fromS = bench.probes.nowS();
    List<Read> reads = reads(bench, fromS + seconds);
    double healS = bench.probes.nowS();
    cluster.run(kill ? new String[] {"db-start"} : new String[] {"resume", "db"});
    double healedS = bench.probes.nowS();
    bench.pause(AFTER_S);
    List<Probes.Seen> during =
        bench.probes.seen().stream()
            .filter(one -> one.fromS() >= fromS && one.fromS() < healS)
            .toList();
    Map<String, Integer> answers = new TreeMap<>();
    during.forEach(
        one -> answers.merge(one.answer().status() + " " + reason(one), 1, Integer::sum));
    answers.forEach((answer, count) -> result.line("during: " + answer, "%,d".formatted(count)));
    List<Probes.Seen> refused = during.stream().filter(one -> !one.taken()).toList();
    result
        .figure(
            "refused_within_max_s",
            refused.stream().mapToDouble(Probes.Seen::tookS).max().orElse(0),
            2)
        .figure(
            "refused_without_retry_after", refused.stream().filter(o -> !o.retryAfter()).count())
        .line("reads during", "%,d".formatted(reads.size()))
        .figure("reads_failed", reads.stream().filter(read -> read.status() != 200).count())
        .figure("read_max_s", reads.stream().mapToDouble(Read::tookS).max().orElse(0), 2)
        .figure("accepts_again_after_s", bench.probes.firstTakenS(healedS) - healedS, 2)
        .figure(
            "all_tenants_again_after_s",
            bench.tenants.stream()
                    .mapToDouble(tenant -> firstTaken(bench, tenant, healedS))
                    .max()
                    .orElse(0)
                - healedS,
            2);
    boolean ok = bench.account();
    out.print(result.table());
    out.println(result.json(ok));
    out.flush();
    return ok ? 0 : 1;
  }

  /** Reads a tenant and all nodes in turn, through each door, until {@code untilS}. */
  private static List<Read> reads(FaultBench bench, double untilS) {
    List<Read> reads = new ArrayList<>();
    List<CompletableFuture<Void>> all = new ArrayList<>();
    for (int i = 0; bench.probes.nowS() < untilS; i++) {
      int number = i;
      String path =
          number % 2 == 0
              ? "/v1/nodes"
              : "/v1/tenants/" + bench.tenants.get(number / 2 % bench.tenants.size());
      all.add(
          CompletableFuture.runAsync(
              () -> {
                double fromS = bench.probes.nowS();
                int status = bench.api.get(number % bench.api.bases().size(), path).status();
                synchronized (reads) {
                  reads.add(new Read(bench.probes.nowS() - fromS, status));
                }
              }));
      bench.pause(0.2);
    }
    all.forEach(CompletableFuture::join);
    return reads;
  }

  private static double firstTaken(FaultBench bench, String tenant, double fromS) {
    return bench.probes.seen().stream()
        .filter(one -> one.taken() && one.tenant().equals(tenant) && one.toS() >= fromS)
        .mapToDouble(Probes.Seen::toS)
        .min()
        .orElse(Double.POSITIVE_INFINITY);
  }

  private static String reason(Probes.Seen one) {
    return one.taken() ? "taken in" : one.answer().reason();
  }
}
