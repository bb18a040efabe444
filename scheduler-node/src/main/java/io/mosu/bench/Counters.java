// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/** What the scheduler nodes count, summed over all of them. */
public final class Counters {

  private static final String MESSAGE = "message.";
  private static final String ROW = "row.";

  /** The agents' own talk and reads, which no placement causes. */
  private static final Set<String> NOT_OF_PLACEMENTS =
      Set.of("Hello", "Renewal", "Show", "Get", "ListJobs");

  private final Map<String, Long> values;

  private Counters(Map<String, Long> values) {
    this.values = values;
  }

  /** As they stand now. */
  public static Counters read(SchedulerApi api) {
    Map<String, Long> sum = new TreeMap<>();
    for (int node = 0; node < api.bases().size(); node++) {
      SchedulerApi.Answer answer = api.get(node, "/v1/stats");
      if (!answer.accepted()) {
        throw new IllegalStateException(api.bases().get(node) + "/v1/stats: " + answer);
      }
      answer
          .body()
          .path("counters")
          .properties()
          .forEach(counter -> sum.merge(counter.getKey(), counter.getValue().asLong(), Long::sum));
    }
    return new Counters(sum);
  }

  /** What was counted since {@code before}. */
  public Counters since(Counters before) {
    Map<String, Long> grown = new TreeMap<>(values);
    before.values.forEach((name, value) -> grown.merge(name, -value, Long::sum));
    grown.values().removeIf(value -> value == 0);
    return new Counters(grown);
  }

  public long message(String type) {
    return values.getOrDefault(MESSAGE + type, 0L);
  }

  public long row(String type) {
    return values.getOrDefault(ROW + type, 0L);
  }

  /** Messages between tenants, nodes and agents, and what clients asked to be done. */
  public Map<String, Long> messages() {
    Map<String, Long> messages = named(MESSAGE);
    messages.keySet().removeAll(NOT_OF_PLACEMENTS);
    return messages;
  }

  /** Events written, by type. */
  public Map<String, Long> rows() {
    return named(ROW);
  }

  public static long sum(Map<String, Long> counts) {
    return counts.values().stream().mapToLong(Long::longValue).sum();
  }

  public long get(String name) {
    return values.getOrDefault(name, 0L);
  }

  private Map<String, Long> named(String prefix) {
    Map<String, Long> named = new TreeMap<>();
    values.forEach(
        (name, value) -> {
          if (name.startsWith(prefix)) {
            named.put(name.substring(prefix.length()), value);
          }
        });
    return named;
  }
}
