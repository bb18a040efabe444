// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.simulation.study.Percentile;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Kills one scheduler node of a cluster with very many GPU nodes: when does each answer again? */
@Command(
    name = "stampede",
    description = "Kills a scheduler node before very many GPU nodes: when all answer again.")
final class Stampede implements Callable<Integer> {
  private static final Duration UP_LIMIT = Duration.ofMinutes(5);
  private static final Duration BACK_LIMIT = Duration.ofMinutes(3);
  private static final int ASKERS = 16;
  private static final long PAUSE_MS = 50;
  private static final double IDLE_S = 30;

  /** Of the kernel's clock, in which /proc counts. */
  private static final double TICKS_PER_S = 100;

  private static final int CPU_USER = 11;

  @Mixin private ClusterOptions options = new ClusterOptions();

  @Option(names = "--nodes", defaultValue = "10000", description = "Default: ${DEFAULT-VALUE}.")
  private int nodes;

  @Option(names = "--leases", defaultValue = "2000", description = "Default: ${DEFAULT-VALUE}.")
  private int leases;

  private final PrintStream out;
  private final PrintStream err;

  Stampede(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  @Override
  public Integer call() {
    SchedulerApi api = new SchedulerApi(options.addresses);
    Result result =
        new Result("stampede")
            .line("machine", Machine.describe())
            .figure("nodes", nodes)
            .figure("leases", leases);
    err.printf("wait for %,d nodes%n", nodes);
    List<String> ids = new ArrayList<>();
    boolean up =
        SchedulerApi.await(
            () -> {
              ids.clear();
              for (JsonNode node : api.nodes()) {
                if (node.path("state").asText().equals("UP")) {
                  ids.add(node.path("id").asText());
                }
              }
              return ids.size() >= nodes;
            },
            Duration.ofSeconds(1),
            UP_LIMIT);
    if (!up) {
      throw new IllegalStateException(ids.size() + " of " + nodes + " nodes came up");
    }
    List<String> tenants =
        IntStream.rangeClosed(1, options.tenants).mapToObj(i -> "t" + i).toList();
    LongJobs jobs = new LongJobs(api);
    err.printf("start %,d jobs%n", leases);
    Specs.Ask ask = new Specs.Ask(1, 0, List.of(), 1_000, 512);
    jobs.start("long-" + UUID.randomUUID().toString().substring(0, 8), ask, tenants, leases);
    pause(IDLE_S / 3);
    double before = cpuS();
    pause(IDLE_S);
    result.figure("heartbeat_cpu_us_per_node_s", (cpuS() - before) / IDLE_S / nodes * 1e6, 2);
    Percentile calm = new Percentile(answers(api, ids, 0));
    result.line("all asked, all well", "%.2f s".formatted(calm.at(100)));
    new ClusterScript(err).run("kill", "node-2");
    Percentile back = new Percentile(answers(api, ids, 0));
    long touched = jobs.touched();
    result
        .figure("answered_p50_s", back.at(50), 2)
        .figure("answered_p99_s", back.at(99), 2)
        .figure("answered_all_s", back.at(100), 2)
        .figure("running_jobs_touched", touched);
    boolean ok = touched == 0;
    out.print(result.table());
    out.println(result.json(ok));
    out.flush();
    return ok ? 0 : 1;
  }

  /** Asks each node's owner until it answers; after how many seconds from now each did. */
  private static Collection<Double> answers(SchedulerApi api, List<String> ids, int through) {
    ConcurrentLinkedQueue<String> open = new ConcurrentLinkedQueue<>(ids);
    ConcurrentLinkedQueue<Double> answered = new ConcurrentLinkedQueue<>();
    CountDownLatch left = new CountDownLatch(ids.size());
    long fromNanos = System.nanoTime();
    for (int i = 0; i < ASKERS; i++) {
      Thread asker =
          new Thread(
              () -> {
                while (left.getCount() > 0) {
                  String id = open.poll();
                  if (id != null && api.get(through, "/v1/nodes/" + id).status() == 200) {
                    answered.add((System.nanoTime() - fromNanos) / 1e9);
                    left.countDown();
                  } else if (id != null) {
                    open.add(id);
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
                  } else {
                    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(PAUSE_MS));
                  }
                }
              });
      asker.setDaemon(true);
      asker.start();
    }
    try {
      if (!left.await(BACK_LIMIT.toSeconds(), TimeUnit.SECONDS)) {
        throw new IllegalStateException(left.getCount() + " nodes do not answer");
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
    return answered;
  }

  /** What the scheduler nodes have used of the processors, all together. */
  private double cpuS() {
    double ticks = 0;
    Path run =
        Path.of(System.getenv().getOrDefault("MOSU_CLUSTER_DIR", ".mosu/cluster")).resolve("run");
    try {
      for (int i = 1; i <= options.addresses.size(); i++) {
        String pid = Files.readString(run.resolve("node-" + i + ".pid")).split(" ", 2)[0];
        String stat = Files.readString(Path.of("/proc", pid, "stat"));
        String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
        ticks += Long.parseLong(fields[CPU_USER]) + Long.parseLong(fields[CPU_USER + 1]);
      }
    } catch (IOException gone) {
      throw new IllegalStateException("no scheduler node's times: " + gone.getMessage(), gone);
    }
    return ticks / TICKS_PER_S;
  }

  private static void pause(double seconds) {
    long endNanos = System.nanoTime() + (long) (seconds * 1e9);
    while (System.nanoTime() < endNanos) {
      LockSupport.parkNanos(endNanos - System.nanoTime());
    }
  }
}
