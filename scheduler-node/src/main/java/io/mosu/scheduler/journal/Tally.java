// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.LongAdder;

/** Counts by name what one scheduler node did since its start. Safe for many threads. */
public final class Tally {
  private final Map<String, LongAdder> counts = new ConcurrentHashMap<>();
  private final Map<Class<?>, LongAdder> messages = new ConcurrentHashMap<>();
  private final Map<Class<?>, LongAdder> events = new ConcurrentHashMap<>();

  /** One more message of this type came in at an entity. */
  public void message(Class<?> type) {
    messages.computeIfAbsent(type, t -> named("message." + t.getSimpleName())).increment();
  }

  /** One more event of this type was written. */
  public void row(Class<?> type) {
    events.computeIfAbsent(type, t -> named("row." + t.getSimpleName())).increment();
  }

  /** {@code n} more of {@code name}. */
  public void add(String name, long n) {
    named(name).add(n);
  }

  /** All counts, by name. */
  public Map<String, Long> counts() {
    Map<String, Long> now = new TreeMap<>();
    counts.forEach((name, adder) -> now.put(name, adder.sum()));
    return now;
  }

  private LongAdder named(String name) {
    return counts.computeIfAbsent(name, n -> new LongAdder());
  }
}
