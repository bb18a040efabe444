// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.util.Arrays;

/** A run as a page that needs nothing else: figures, plots over time, tenants. */
final class Html {
  private static final int SLOTS = 400;
  private static final double HOUR_MS = 3_600_000;
  private static final int WAIT_POINTS = 200;
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
   */
  static String page(String what, StudyOutcome outcome, Summary summary) {
    Curves curves = new Curves(outcome, SLOTS);
    double hours = curves.slotMs() * (double) SLOTS / HOUR_MS;
    double[] capacity = new double[SLOTS];
    Arrays.fill(capacity, outcome.gpus());
    StringBuilder page = new StringBuilder("<!doctype html><html lang='en'><meta charset='utf-8'>");
    page.append("<meta name='viewport' content='width=device-width'><title>mosu simulate</title>");
    page.append("<style>")
        .append(STYLE)
        .append("</style><h1>")
        .append(escaped(what))
        .append("</h1>");
    page.append(
        new Plot("Allocated GPUs", "hours", hours)
            .line("capacity", capacity, "#999", false)
            .line("allocated", curves.usedGpus(), "#2a78d6", true)
            .svg());
    page.append(
        new Plot("Waiting jobs", "hours", hours)
            .line("jobs", curves.waitingJobs(), "#d9822b", true)
            .svg());
    page.append(
        new Plot("GPUs that waiting jobs ask for", "hours", hours)
            .line("GPUs", curves.waitingGpus(), "#b5495b", true)
            .svg());
    page.append(
        new Plot("Wait of the jobs, shortest first", "percent of the jobs", 100)
            .line("seconds", waits(outcome), "#3f8f5f", true)
            .svg());
    page.append("<h2>Figures</h2><table>");
    summary
        .figures()
        .forEach(
            (name, value) ->
                page.append("<tr><td>%s<td>%s".formatted(escaped(name), value.toPlainString())));
    page.append("</table><h2>Tenants</h2><table><tr><th>tenant<th>jobs<th>GPU hours");
    page.append("<th>mean wait, s<th>p90 wait, s<th>mean completion, s");
    for (TenantShare share : summary.shares()) {
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
    return page.append("</table></html>\n").toString();
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
