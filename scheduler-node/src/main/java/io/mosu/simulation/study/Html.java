// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.util.Arrays;
import java.util.List;
import java.util.function.IntFunction;

/** A run as a page that needs nothing else: figures, plots over time, tenants. */
final class Html {
  private static final int SLOTS = 400;
  private static final double HOUR_MS = 3_600_000;
  private static final int WAIT_POINTS = 200;
  private static final List<String> COLOURS =
      List.of("#2a78d6", "#d9822b", "#3f8f5f", "#b5495b", "#8156b8");
  private static final String STYLE =
      """
      :root{color-scheme:light dark;font:15px/1.45 system-ui,sans-serif}
      body{max-width:920px;margin:2rem auto;padding:0 1rem}
      h1{font-size:1.4rem}figure{margin:1.6rem 0}figcaption{font-weight:600;margin-bottom:.3rem}
      svg{width:100%;height:auto}svg text{font-size:11px;fill:currentColor}
      .grid{stroke:currentColor;stroke-opacity:.15}.legend span{margin-right:1.2rem}
      .legend i{display:inline-block;width:.8em;height:.8em;margin-right:.35em}
      table{border-collapse:collapse;width:100%}td,th{padding:.2rem .6rem;text-align:right;
      border-bottom:1px solid #8884}td:first-child,th:first-child{text-align:left}
      """;

  private Html() {}

  /**
   * The page.
   *
   * @param what was run, for its head
   * @param runs of the same workload, at least one
   */
  static String page(String what, List<Run> runs) {
    long lastMs = runs.stream().mapToLong(run -> run.outcome().lastMs()).max().orElse(1);
    List<Curves> curves =
        runs.stream().map(run -> new Curves(run.outcome(), lastMs, SLOTS)).toList();
    StringBuilder page = new StringBuilder("<!doctype html><html lang='en'><meta charset='utf-8'>");
    page.append("<meta name='viewport' content='width=device-width'><title>mosu simulate</title>");
    page.append("<style>")
        .append(STYLE)
        .append("</style><h1>")
        .append(escaped(what))
        .append("</h1>");
    double[] capacity = new double[SLOTS];
    Arrays.fill(capacity, runs.get(0).outcome().gpus());
    Plot allocated = over("Allocated GPUs", curves);
    allocated.line("capacity", capacity, "#999", false);
    page.append(drawn(allocated, runs, run -> curves.get(run).usedGpus()));
    page.append(drawn(over("Waiting jobs", curves), runs, run -> curves.get(run).waitingJobs()));
    page.append(
        drawn(
            over("GPUs that waiting jobs ask for", curves),
            runs,
            run -> curves.get(run).waitingGpus()));
    page.append(
        drawn(
            over(
                "Fairness: how equal a part tenants have of what they ask for (1: all alike)",
                curves),
            runs,
            run -> curves.get(run).fairness()));
    page.append(
        drawn(
            over("Wait of the jobs that are placed, mean seconds", curves),
            runs,
            run -> curves.get(run).waitS()));
    page.append(
        drawn(
            new Plot("Wait of the jobs, seconds, shortest first", "percent of the jobs", 100),
            runs,
            run -> waits(runs.get(run).outcome())));
    page.append("<h2>Figures</h2><table><tr><th>");
    runs.forEach(run -> page.append("<th>").append(escaped(run.policy())));
    for (String name : runs.get(0).summary().figures().keySet()) {
      page.append("<tr><td>").append(escaped(name));
      runs.forEach(run -> page.append("<td>").append(run.figure(name)));
    }
    page.append("</table>");
    runs.forEach(run -> tenants(page, run));
    return page.append("</html>\n").toString();
  }

  private static Plot over(String title, List<Curves> curves) {
    return new Plot(title, "hours", curves.get(0).slotMs() * (double) SLOTS / HOUR_MS);
  }

  private static String drawn(Plot plot, List<Run> runs, IntFunction<double[]> values) {
    for (int run = 0; run < runs.size(); run++) {
      String colour = COLOURS.get(run % COLOURS.size());
      plot.line(runs.get(run).policy(), values.apply(run), colour, runs.size() == 1);
    }
    return plot.svg();
  }

  private static void tenants(StringBuilder page, Run run) {
    page.append("<h2>Tenants, ").append(escaped(run.policy()));
    page.append("</h2><table><tr><th>tenant<th>jobs<th>GPU hours");
    page.append("<th>mean wait, s<th>p90 wait, s<th>mean completion, s");
    for (TenantShare share : run.summary().shares()) {
      page.append(
          "<tr><td>%s<td>%,d<td>%,.1f<td>%,.1f<td>%,.1f<td>%,.1f"
              .formatted(
                  escaped(share.tenant()),
                  share.jobs(),
                  share.gpuHours(),
                  share.meanWaitS(),
                  share.p90WaitS(),
                  share.meanCompletionS()));
    }
    page.append("</table>");
  }

  static String escaped(String text) {
    return text.replace("&", "&amp;").replace("<", "&lt;").replace("'", "&#39;");
  }

  private static double[] waits(StudyOutcome outcome) {
    Percentile wait = outcome.waitsS();
    double[] points = new double[WAIT_POINTS];
    for (int i = 0; i < WAIT_POINTS; i++) {
      points[i] = wait.at(100.0 * (i + 1) / WAIT_POINTS);
    }
    return points;
  }
}
