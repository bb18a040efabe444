// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.trace.TraceJob;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What one tenant got.
 *
 * @param gpuHours used
 * @param meanWaitS from submission to placement
 * @param p90WaitS nine of ten waited no longer
 * @param meanCompletionS from submission to end
 */
record TenantShare(
    String tenant,
    int jobs,
    double gpuHours,
    double meanWaitS,
    double p90WaitS,
    double meanCompletionS) {

  private static final double HOUR_MS = 3_600_000;

  /** Of all tenants, those that used most first. */
  static List<TenantShare> of(StudyOutcome outcome) {
    Map<String, List<Integer>> jobs = new TreeMap<>();
    for (int i = 0; i < outcome.jobs().size(); i++) {
      if (!outcome.wasRefused(i)) {
        jobs.computeIfAbsent(outcome.jobs().get(i).tenant(), t -> new ArrayList<>()).add(i);
      }
    }
    List<TenantShare> shares = new ArrayList<>();
    jobs.forEach((tenant, mine) -> shares.add(share(tenant, mine, outcome)));
    shares.sort(Comparator.comparingDouble(TenantShare::gpuHours).reversed());
    return shares;
  }

  private static TenantShare share(String tenant, List<Integer> mine, StudyOutcome outcome) {
    double gpuMs = 0;
    List<Double> waits = new ArrayList<>();
    List<Double> completions = new ArrayList<>();
    for (int i : mine) {
      TraceJob job = outcome.jobs().get(i);
      waits.add(outcome.waitMs(i) / 1e3);
      completions.add(outcome.completionMs(i) / 1e3);
      if (outcome.wasPlaced(i)) {
        gpuMs += job.gpus() * (outcome.untilMs(i) - outcome.placedMs(i));
      }
    }
    Percentile wait = new Percentile(waits);
    return new TenantShare(
        tenant.isEmpty() ? "all" : tenant,
        mine.size(),
        gpuMs / HOUR_MS,
        wait.mean(),
        wait.at(90),
        new Percentile(completions).mean());
  }
}
