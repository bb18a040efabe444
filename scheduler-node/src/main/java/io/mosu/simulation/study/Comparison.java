// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.List;

/** Several policies side by side, each beside the first one's figures. */
final class Comparison {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final int RATIO_DECIMALS = 2;

  private final List<Run> runs;

  /**
   * @param runs of the same workload, the first being what the others are held against
   */
  Comparison(List<Run> runs) {
    this.runs = List.copyOf(runs);
  }

  /** For people: each figure, and in brackets by how much it is the first one's. */
  String table() {
    StringBuilder text = new StringBuilder("%-24s".formatted(""));
    runs.forEach(run -> text.append(" %22s".formatted(run.policy())));
    text.append(System.lineSeparator());
    for (String name : runs.get(0).summary().figures().keySet()) {
      text.append("%-24s".formatted(name));
      for (Run run : runs) {
        String ratio = run.equals(runs.get(0)) ? "" : ratio(run, name);
        text.append(" %12s %9s".formatted(run.figure(name), ratio));
      }
      text.append(System.lineSeparator());
    }
    for (Run run : runs) {
      run.outcome()
          .refusals()
          .forEach(
              (why, count) ->
                  text.append("  %s refused %,d x %s%n".formatted(run.policy(), count, why)));
    }
    return text.toString();
  }

  /** For programs. */
  String json() {
    ObjectNode line = JSON.createObjectNode().put("name", "simulate").put("ok", true);
    ObjectNode policies = line.putObject("policies");
    for (Run run : runs) {
      ObjectNode figures = policies.putObject(run.policy()).putObject("figures");
      run.summary().figures().forEach(figures::put);
    }
    return line.toString();
  }

  private String ratio(Run run, String name) {
    BigDecimal mine = run.summary().figures().get(name);
    BigDecimal first = runs.get(0).summary().figures().get(name);
    boolean time = name.startsWith("wait_") || name.startsWith("completion_");
    if (!time || mine == null || first == null || first.signum() == 0) {
      return "";
    }
    return "(x " + mine.divide(first, RATIO_DECIMALS, RoundingMode.HALF_UP) + ")";
  }
}
