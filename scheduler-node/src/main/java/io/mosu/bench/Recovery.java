// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.mosu.simulation.study.Percentile;
import java.io.IOException;
import java.io.PrintStream;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/**
 * Kills or drains scheduler nodes one after the other under load, and measures for how long whose
 * jobs were not taken in.
 */
@Command(
    name = "recovery",
    description = "Kills scheduler nodes under load, and measures who waited how long.")
final class Recovery implements Callable<Integer> {
  private static final ObjectMapper JSON = new ObjectMapper();

  /** Fixed for the life of a cluster, as mosu-cluster.conf has it. */
  private static final int SHARDS = 60;

  /** As scripts/cluster gives ports. */
  private static final int MANAGEMENT_OFFSET = 100;

  private static final double SETTLE_S = 5;

  /**
   * After a restart shards move for so long: Pekko looks every 10 s which to move, some at a time.
   */
  private static final double REBALANCE_S = 24;

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--kills", defaultValue = "20", description = "Default: ${DEFAULT-VALUE}.")
  private int kills;

  @Option(names = "--drain", description = "Drain (SIGTERM) instead of kill -9.")
  private boolean drain;

  @Option(names = "--seed", defaultValue = "1", description = "Chooses the victims.")
  private long seed;

  @Option(names = "--long-jobs", defaultValue = "40", description = "Default: ${DEFAULT-VALUE}.")
  private int longs;

  @Option(names = "--period-ms", defaultValue = "500", description = "Between probes of a tenant.")
  private long periodMs;

  private final PrintStream out;
  private final PrintStream err;
  private final HttpClient client = HttpClient.newHttpClient();
  private final List<Double> faulted = new ArrayList<>();
  private final List<Double> others = new ArrayList<>();
  private final List<Double> rejoin = new ArrayList<>();

  Recovery(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    Result result =
        new Result("recovery")
            .line("machine", Machine.describe())
            .line("fault", drain ? "drain (SIGTERM)" : "kill -9")
            .line("tenants", "%,d, a probe each %,d ms".formatted(options.tenants, periodMs));
    FaultBench bench = new FaultBench(options, result, longs, periodMs, err);
    ClusterScript cluster = new ClusterScript(err);
    SplittableRandom random = new SplittableRandom(seed);
    bench.pause(3 * SETTLE_S);
    result.text(
        "%-6s %-8s %14s %24s %24s"
            .formatted(
                "kill", "victim", "tenants of it", "their gap max, s", "others' gap max, s"));
    for (int kill = 1; kill <= kills; kill++) {
      int victim = random.nextInt(options.addresses.size());
      round(bench, cluster, kill, victim);
    }
    Percentile own = new Percentile(faulted);
    Percentile other = new Percentile(others);
    result
        .figure("kills", kills)
        .line("gap of its tenants p50", "%.2f s".formatted(own.at(50)))
        .figure("gap_faulted_s", own.at(100), 2)
        .line("gap of the others p50", "%.2f s".formatted(other.at(50)))
        .figure("gap_others_s", other.at(100), 2)
        .figure("gap_rejoin_s", new Percentile(rejoin).at(100), 2);
    boolean ok = bench.account();
    out.print(result.table());
    out.println(result.json(ok));
    out.flush();
    return ok ? 0 : 1;
  }

  private void round(FaultBench bench, ClusterScript cluster, int kill, int victim) {
    Probes probes = bench.probes;
    probes.skip(victim);
    bench.pause(1);
    Set<String> its = tenantsOf(bench, victim);
    double fromS = probes.nowS();
    String name = "node-" + (victim + 1);
    CompletableFuture<Void> done = cluster.begin(drain ? "drain" : "kill", name);
    boolean back =
        SchedulerApi.await(
            () -> done.isDone() && probes.allTakenSince(fromS + 1), FaultBench.LIMIT);
    bench.pause(SETTLE_S);
    double toS = probes.nowS();
    double ownMax = 0;
    double otherMax = 0;
    for (String tenant : bench.tenants) {
      double gap = probes.gapS(tenant, fromS, toS);
      (its.contains(tenant) ? faulted : others).add(gap);
      ownMax = its.contains(tenant) ? Math.max(ownMax, gap) : ownMax;
      otherMax = its.contains(tenant) ? otherMax : Math.max(otherMax, gap);
    }
    bench.result.text(
        "%-6d %-8s %14d %24.2f %24.2f%s"
            .formatted(kill, name, its.size(), ownMax, otherMax, back ? "" : "  not all back"));
    err.printf(
        "kill %d of %d: %s, gap %.2f s, others %.2f s%n", kill, kills, name, ownMax, otherMax);
    done.join();
    cluster.run("restart", name);
    probes.use(victim);
    bench.pause(REBALANCE_S);
    double endS = probes.nowS();
    bench.tenants.forEach(tenant -> rejoin.add(probes.gapS(tenant, toS, endS)));
  }

  /** Those whose actors the scheduler node has now. */
  private Set<String> tenantsOf(FaultBench bench, int node) {
    URI base = URI.create(bench.api.bases().get(node));
    URI shards =
        URI.create(
            "http://%s:%d/cluster/shards/Tenant"
                .formatted(base.getHost(), base.getPort() + MANAGEMENT_OFFSET));
    Set<String> here = new HashSet<>();
    boolean answered = SchedulerApi.await(() -> here.addAll(shardsAt(shards)), FaultBench.LIMIT);
    if (!answered) {
      throw new IllegalStateException("no shards at " + shards);
    }
    Set<String> its = new HashSet<>(bench.tenants);
    its.removeIf(tenant -> !here.contains(String.valueOf(Math.abs(tenant.hashCode() % SHARDS))));
    return its;
  }

  /** Empty where it does not answer. */
  private Set<String> shardsAt(URI shards) {
    Set<String> here = new HashSet<>();
    try {
      HttpResponse<byte[]> answer =
          client.send(
              HttpRequest.newBuilder(shards).build(), HttpResponse.BodyHandlers.ofByteArray());
      for (JsonNode region : JSON.readTree(answer.body()).path("regions")) {
        here.add(region.path("shardId").asText());
      }
    } catch (IOException restarting) {
      return Set.of();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return here;
  }
}
