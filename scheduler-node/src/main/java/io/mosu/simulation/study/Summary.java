// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A run in figures: a table for people, JSON for programs. */
final class Summary {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final double HOUR_MS = 3_600_000;
  private static final int TENANTS_SHOWN = 20;

  private final StudyOutcome outcome;
  private final List<TenantShare> shares;
  private final Map<String, BigDecimal> figures = new LinkedHashMap<>();

  /**
   * @param wallS how long the run took
   */
  Summary(StudyOutcome outcome, double wallS) {
    this.outcome = outcome;
    this.shares = TenantShare.of(outcome);
    int placed = 0;
    int ended = 0;
    int refused = 0;
    List<Double> completions = new ArrayList<>();
    for (int i = 0; i < outcome.jobs().size(); i++) {
      placed += outcome.wasPlaced(i) ? 1 : 0;
      ended += outcome.hasEnded(i) ? 1 : 0;
      refused += outcome.wasRefused(i) ? 1 : 0;
      if (!outcome.wasRefused(i)) {
        completions.add(outcome.completionMs(i) / 1e3);
      }
    }
    Percentile wait = outcome.waitsS();
    figure("nodes", outcome.nodes().size(), 0);
    figure("gpus", outcome.gpus(), 0);
    figure("jobs", outcome.jobs().size(), 0);
    figure("jobs_placed", placed, 0);
    figure("jobs_ended", ended, 0);
    figure("jobs_refused", refused, 0);
    figure("jobs_still_waiting", outcome.jobs().size() - placed - refused, 0);
    figure("tenants", shares.size(), 0);
    figure("virtual_hours", outcome.lastMs() / HOUR_MS, 1);
    figure("gpu_hours_used", shares.stream().mapToDouble(TenantShare::gpuHours).sum(), 0);
    figure("allocated_percent", allocated(), 2);
    figure("wait_mean_s", wait.mean(), 1);
    figure("wait_p50_s", wait.at(50), 1);
    figure("wait_p90_s", wait.at(90), 1);
    figure("wait_p99_s", wait.at(99), 1);
    figure("wait_max_s", wait.at(100), 1);
    figure("completion_mean_s", new Percentile(completions).mean(), 1);
    if (outcome.messagesPerPlacement() > 0) {
      figure("preemptions", outcome.preemptions(), 0);
      figure("invited_per_placement", outcome.invitedPerPlacement(), 2);
      figure("messages_per_placement", outcome.messagesPerPlacement(), 1);
    }
    figure("run_s", wallS, 1);
    figure("jobs_per_s", outcome.jobs().size() / Math.max(1e-3, wallS), 0);
  }

  Map<String, BigDecimal> figures() {
    return figures;
  }

  List<TenantShare> shares() {
    return shares;
  }

  /** For people. */
  String table() {
    StringBuilder text = new StringBuilder();
    figures.forEach((name, value) -> text.append("%-24s %14s%n".formatted(name, grouped(value))));
    outcome
        .refusals()
        .forEach((why, count) -> text.append("  refused %,d x %s%n".formatted(count, why)));
    text.append(
        "%n%-24s %8s %14s %12s %12s %18s%n"
            .formatted(
                "tenant", "jobs", "GPU hours", "wait mean s", "wait p90 s", "completion mean s"));
    for (TenantShare share : shares.subList(0, Math.min(TENANTS_SHOWN, shares.size()))) {
      text.append(
          "%-24s %,8d %,14.1f %,12.1f %,12.1f %,18.1f%n"
              .formatted(
                  share.tenant(),
                  share.jobs(),
                  share.gpuHours(),
                  share.meanWaitS(),
                  share.p90WaitS(),
                  share.meanCompletionS()));
    }
    if (shares.size() > TENANTS_SHOWN) {
      text.append("and %,d tenants more%n".formatted(shares.size() - TENANTS_SHOWN));
    }
    return text.toString();
  }

  /** For programs. */
  String json() {
    ObjectNode line = JSON.createObjectNode().put("name", "simulate").put("ok", true);
    ObjectNode inner = line.putObject("figures");
    figures.forEach(inner::put);
    ObjectNode why = line.putObject("refusals");
    outcome.refusals().forEach(why::put);
    ArrayNode tenants = line.putArray("tenants");
    for (TenantShare share : shares) {
      tenants
          .addObject()
          .put("tenant", share.tenant())
          .put("jobs", share.jobs())
          .put("gpu_hours", rounded(share.gpuHours(), 1))
          .put("wait_mean_s", rounded(share.meanWaitS(), 1))
          .put("wait_p90_s", rounded(share.p90WaitS(), 1))
          .put("completion_mean_s", rounded(share.meanCompletionS(), 1));
    }
    return line.toString();
  }

  /** Of all GPUs, over the whole run. */
  private double allocated() {
    double hours = shares.stream().mapToDouble(TenantShare::gpuHours).sum();
    return 100 * hours * HOUR_MS / Math.max(1, (double) outcome.gpus() * outcome.lastMs());
  }

  private void figure(String name, double value, int decimals) {
    figures.put(name, rounded(value, decimals));
  }

  private static String grouped(BigDecimal value) {
    return ("%,." + value.scale() + "f").formatted(value);
  }

  private static BigDecimal rounded(double value, int decimals) {
    return BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
  }
}
