// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Shape;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's jobs that wait and are not being negotiated, by shape: ready ones in order, parked
 * ones until room for them shows.
 */
final class Waiting {

  private final Map<Shape, TreeSet<Rank>> ready = new HashMap<>();
  private final Map<Shape, TreeSet<Rank>> parked = new HashMap<>();
  private final Map<Rank, Shape> shapes = new HashMap<>();

  void ready(Rank rank, Shape shape) {
    shapes.put(rank, shape);
    ready.computeIfAbsent(shape, s -> new TreeSet<>()).add(rank);
  }

  /** Parks until {@link #unpark}. */
  void park(Rank rank, Shape shape) {
    shapes.put(rank, shape);
    parked.computeIfAbsent(shape, s -> new TreeSet<>()).add(rank);
  }

  void remove(Rank rank) {
    Shape shape = shapes.remove(rank);
    if (shape != null) {
      take(ready, shape, rank);
      take(parked, shape, rank);
    }
  }

  /** Takes the first ready job out whose shape may be negotiated now, or null. */
  @Nullable Rank next(Predicate<Shape> open) {
    Rank first = null;
    for (Map.Entry<Shape, TreeSet<Rank>> like : ready.entrySet()) {
      Rank candidate = like.getValue().first();
      if ((first == null || candidate.compareTo(first) < 0) && open.test(like.getKey())) {
        first = candidate;
      }
    }
    Shape shape = first == null ? null : shapes.remove(first);
    if (first != null && shape != null) {
      take(ready, shape, first);
    }
    return first;
  }

  /**
   * Makes up to {@code max} parked jobs of each shape that {@code fits} ready, first ones first.
   */
  void unpark(Predicate<Shape> fits, int max) {
    for (Iterator<Map.Entry<Shape, TreeSet<Rank>>> i = parked.entrySet().iterator();
        i.hasNext(); ) {
      Map.Entry<Shape, TreeSet<Rank>> like = i.next();
      if (!fits.test(like.getKey())) {
        continue;
      }
      for (int n = 0; n < max && !like.getValue().isEmpty(); n++) {
        ready(like.getValue().pollFirst(), like.getKey());
      }
      if (like.getValue().isEmpty()) {
        i.remove();
      }
    }
  }

  /** Makes one ready, if it is parked. */
  void unpark(Rank rank) {
    Shape shape = shapes.get(rank);
    if (shape != null && take(parked, shape, rank)) {
      ready(rank, shape);
    }
  }

  /** The shape of one that waits, null if it does not. */
  @Nullable Shape shape(Rank rank) {
    return shapes.get(rank);
  }

  /** Whether none waits that goes before {@code rank}. */
  boolean first(Rank rank) {
    for (Map<Shape, TreeSet<Rank>> all : List.of(ready, parked)) {
      for (TreeSet<Rank> like : all.values()) {
        if (like.first().compareTo(rank) < 0) {
          return false;
        }
      }
    }
    return true;
  }

  boolean anyParked() {
    return !parked.isEmpty();
  }

  /** Since when the first job of any shape waits for room, 0 if none does. */
  long sinceMs() {
    long since = 0;
    for (TreeSet<Rank> like : parked.values()) {
      long first = like.first().sinceMs();
      since = since == 0 ? first : Math.min(since, first);
    }
    return since;
  }

  Set<Shape> parkedShapes() {
    return parked.keySet();
  }

  boolean any(Shape shape) {
    return ready.containsKey(shape) || parked.containsKey(shape);
  }

  Set<Shape> readyShapes() {
    return ready.keySet();
  }

  @SuppressWarnings("NonApiType") // its first is asked for
  private static boolean take(Map<Shape, TreeSet<Rank>> from, Shape shape, Rank rank) {
    TreeSet<Rank> like = from.get(shape);
    if (like == null || !like.remove(rank)) {
      return false;
    }
    if (like.isEmpty()) {
      from.remove(shape);
    }
    return true;
  }
}
