// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.model.Wire;
import java.util.ArrayDeque;
import java.util.Collections;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.function.Supplier;

/** What happened in a world: counts always, lines if somebody wants to read them. */
public final class Chronicle {

  /** Older lines make room: a failure is explained by what came shortly before it. */
  private static final int LINES_MAX = 5_000;

  private final Agenda agenda;
  private final boolean told;
  private final Deque<String> lines = new ArrayDeque<>();
  private long messages;
  private final Map<String, Long> counts = new TreeMap<>();

  Chronicle(Agenda agenda, boolean told) {
    this.agenda = agenda;
    this.told = told;
  }

  void tell(Supplier<String> line) {
    if (told) {
      if (lines.size() == LINES_MAX) {
        lines.removeFirst();
      }
      lines.addLast("%9.3f  %s".formatted(agenda.nowMs() / 1000.0, line.get()));
    }
  }

  /** One entity tells another. */
  void said(Wire message) {
    messages++;
    count(message.getClass().getSimpleName());
  }

  /** How often one entity told another something. */
  public long messages() {
    return messages;
  }

  void count(String what) {
    counts.merge(what, 1L, Long::sum);
  }

  public List<String> lines() {
    return List.copyOf(lines);
  }

  /** How often what happened. */
  public Map<String, Long> counts() {
    return Collections.unmodifiableMap(counts);
  }
}
