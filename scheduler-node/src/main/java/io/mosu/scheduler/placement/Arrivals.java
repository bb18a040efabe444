// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.placement;

import io.mosu.scheduler.model.Shape;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;

/**
 * Learns the mix from what arrives; what came long ago counts less and less. Not safe for threads.
 */
public final class Arrivals {
  /** Tasks after which what came before counts half. */
  private static final double HALVED_AFTER = 10_000;

  /** A new mix is looked at after so many tasks, and a part of all that count. */
  private static final int AFTER_TASKS = 16;

  private static final double AFTER_PART = 1.0 / 16;

  /** A mix that differs by less than this part is not worth to score all nodes again. */
  private static final double WORTH = 0.02;

  /** More kinds than are kept; the rarest go. */
  private static final int KINDS_MAX = 4_096;

  private final Map<Mix.Kind, Double> counts = new HashMap<>();
  private Map<Mix.Kind, Double> learnt = Map.of();
  private Map<String, Long> supplied = Map.of();
  private double total;
  private double fresh;
  private Mix mix = Mix.prior();

  /** How many kinds are remembered. */
  int kinds() {
    return counts.size();
  }

  /** What is to be expected by what came so far. */
  public Mix mix() {
    return mix;
  }

  /**
   * Tasks have arrived.
   *
   * @param supplyMilli asked for GPU milli by model when a new mix may be due
   * @return whether the mix is another now
   */
  public boolean add(Shape shape, double tasks, Supplier<Map<String, Long>> supplyMilli) {
    counts.merge(Mix.Kind.of(shape), tasks, Double::sum);
    total += tasks;
    fresh += tasks;
    if (fresh < AFTER_TASKS + AFTER_PART * total) {
      return false;
    }
    fresh = 0;
    age();
    Map<String, Long> supply = supplyMilli.get();
    if (distance() < WORTH && supply.equals(supplied)) {
      return false;
    }
    supplied = new TreeMap<>(supply);
    learnt = new HashMap<>();
    counts.forEach((kind, count) -> learnt.put(kind, count / total));
    mix = Mix.of(counts, supplied);
    return true;
  }

  private void age() {
    if (total < 2 * HALVED_AFTER && counts.size() <= KINDS_MAX) {
      return;
    }
    counts.replaceAll((kind, count) -> count / 2);
    counts.values().removeIf(count -> count < 0.5);
    total = counts.values().stream().mapToDouble(Double::doubleValue).sum();
  }

  /** From 0, where nothing changed, to 1: total variation. */
  private double distance() {
    Set<Mix.Kind> kinds = new HashSet<>(counts.keySet());
    kinds.addAll(learnt.keySet());
    double distance = 0;
    for (Mix.Kind kind : kinds) {
      distance += Math.abs(counts.getOrDefault(kind, 0.0) / total - learnt.getOrDefault(kind, 0.0));
    }
    return distance / 2;
  }
}
