// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.trace.Csv;
import io.mosu.trace.Row;
import io.mosu.trace.TraceJob;
import io.mosu.trace.TraceNode;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.NavigableMap;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.IntStream;

/** Training gangs and suites of trials, drawn from published durations of jobs by their type. */
final class SuiteWorkload {
  static final String TRAINING = "training";
  static final String TRIALS = "trials";
  static final int GPUS = 8;

  private static final double DAY_MS = 86_400_000;

  /** Nodes of a gang, equally often. */
  private static final int[] GANGS = {1, 2, 4, 8};

  private final NavigableMap<Double, Double> trainingTimesS;
  private final NavigableMap<Double, Double> trialTimesS;
  private final SplittableRandom random;
  private final List<TraceJob> jobs = new ArrayList<>();

  private SuiteWorkload(
      NavigableMap<Double, Double> trainingTimesS,
      NavigableMap<Double, Double> trialTimesS,
      SplittableRandom random) {
    this.trainingTimesS = trainingTimesS;
    this.trialTimesS = trialTimesS;
    this.random = random;
  }

  /**
   * Of a table {@code cluster,metric,type,le_seconds,cdf_pct}: the durations of types pretrain and
   * eval. No job is drawn that runs longer than a day.
   *
   * @throws IllegalArgumentException if the table has none of the cluster
   */
  static SuiteWorkload read(Path file, String cluster, long seed) throws IOException {
    Map<String, NavigableMap<Double, Double>> byType = new TreeMap<>();
    for (Row row : Csv.rows(file)) {
      row.require("distributions", "cdf_pct");
      if (row.text("cluster").equals(cluster) && row.text("metric").equals("duration")) {
        byType
            .computeIfAbsent(row.text("type"), t -> new TreeMap<>(Map.of(0.0, 0.5)))
            .putIfAbsent(row.number("cdf_pct"), row.number("le_seconds"));
      }
    }
    NavigableMap<Double, Double> training = byType.get("pretrain");
    NavigableMap<Double, Double> trials = byType.get("eval");
    if (training == null || trials == null) {
      throw new IllegalArgumentException(
          "%s has no durations of types pretrain and eval of a cluster %s"
              .formatted(file, cluster));
    }
    return new SuiteWorkload(training, trials, new SplittableRandom(seed));
  }

  /** Adds gangs that come at random times and ask {@code load} percent of the nodes. */
  SuiteWorkload training(int nodes, double days, double load) {
    double leftMs = load / 100 * nodes * days * DAY_MS;
    while (leftMs > 0) {
      int tasks = Math.min(nodes, GANGS[random.nextInt(GANGS.length)]);
      long ms = drawMs(trainingTimesS);
      jobs.add(job(TRAINING, atMs(days), ms, tasks, GPUS));
      leftMs -= (double) tasks * ms;
    }
    return this;
  }

  /** Adds suites, until {@code percent} of all jobs are trials. */
  SuiteWorkload trials(double percent, int trials, double days) {
    long wanted = Math.round(jobs.size() * percent / (100 - percent));
    while (wanted > 0) {
      long atMs = atMs(days);
      for (int trial = 0; trial < trials && wanted > 0; trial++, wanted--) {
        jobs.add(job(TRIALS, atMs, drawMs(trialTimesS), 1, 1));
      }
    }
    return this;
  }

  /** All so far, in the order of submission. */
  List<TraceJob> jobs() {
    return jobs.stream().sorted(Comparator.comparingLong(TraceJob::submitMs)).toList();
  }

  /** A cluster for them. */
  static List<TraceNode> nodes(int count) {
    return IntStream.range(0, count)
        .mapToObj(
            node -> {
              NodeId id = new NodeId("n%06d".formatted(node));
              List<Device> devices =
                  IntStream.range(0, GPUS)
                      .mapToObj(i -> new Device(i, "H100", 81_920, id + "-" + i))
                      .toList();
              return new TraceNode(
                  id, new Inventory("bench", "bench", "", 96_000, 1 << 20, devices, false), "");
            })
        .toList();
  }

  private long atMs(double days) {
    return (long) (random.nextDouble() * days * DAY_MS);
  }

  /** Between two points of the distribution all durations are as likely. */
  private long drawMs(NavigableMap<Double, Double> distribution) {
    double percent = random.nextDouble() * distribution.lastKey();
    Map.Entry<Double, Double> below = distribution.floorEntry(percent);
    Map.Entry<Double, Double> above = distribution.higherEntry(percent);
    double part = (percent - below.getKey()) / (above.getKey() - below.getKey());
    double seconds = below.getValue() + part * (above.getValue() - below.getValue());
    return (long) Math.min(DAY_MS, 1_000 * seconds);
  }

  private static TraceJob job(String tenant, long atMs, long ms, int tasks, int gpus) {
    Shape shape =
        new Shape(
            gpus, Device.WHOLE_MILLI, Collections.emptySortedSet(), 8_000 * gpus, 65_536 * gpus);
    return new TraceJob(tenant, tenant, atMs, ms, tasks, shape, 0);
  }
}
