// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Shape;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * A tenant's jobs that wait and are not being negotiated: ready ones in order, parked ones by shape
 * until room for it shows, cooling ones until their back-off is over.
 */
final class Waiting {

  private final TreeSet<Rank> ready = new TreeSet<>();
  private final Map<Shape, TreeSet<Rank>> parked = new HashMap<>();
  private final TreeMap<Long, List<Rank>> cooling = new TreeMap<>();
  private final Map<Rank, Shape> shapes = new HashMap<>();

  void ready(Rank rank, Shape shape) {
    shapes.put(rank, shape);
    ready.add(rank);
  }

  /** Parks until {@link #unpark}. */
  void park(Rank rank, Shape shape) {
    shapes.put(rank, shape);
    parked.computeIfAbsent(shape, s -> new TreeSet<>()).add(rank);
  }

  void cool(Rank rank, Shape shape, long untilTickMs) {
    shapes.put(rank, shape);
    cooling.computeIfAbsent(untilTickMs, t -> new ArrayList<>()).add(rank);
  }

  void remove(Rank rank) {
    Shape shape = shapes.remove(rank);
    ready.remove(rank);
    TreeSet<Rank> like = shape == null ? null : parked.get(shape);
    if (like != null) {
      like.remove(rank);
      if (like.isEmpty()) {
        parked.remove(shape);
      }
    }
    // a cooling one is dropped when it thaws: it is no longer in shapes
  }

  /** Takes the first ready job out, or null. */
  @Nullable Rank next() {
    Rank first = ready.pollFirst();
    if (first != null) {
      shapes.remove(first);
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
        ready.add(like.getValue().pollFirst());
      }
      if (like.getValue().isEmpty()) {
        i.remove();
      }
    }
  }

  /** Makes one ready, if it is parked. */
  void unpark(Rank rank) {
    Shape shape = shapes.get(rank);
    TreeSet<Rank> like = shape == null ? null : parked.get(shape);
    if (like != null && like.remove(rank)) {
      ready.add(rank);
      if (like.isEmpty()) {
        parked.remove(shape);
      }
    }
  }

  /** Makes those ready whose back-off is over. */
  void thaw(long nowTickMs) {
    while (!cooling.isEmpty() && cooling.firstKey() <= nowTickMs) {
      for (Rank rank : cooling.pollFirstEntry().getValue()) {
        if (shapes.containsKey(rank)) {
          ready.add(rank);
        }
      }
    }
  }

  boolean anyParked() {
    return !parked.isEmpty();
  }

  /** Since when the first parked job of any shape waits, 0 if none is parked. */
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

  long nextTickMs() {
    return cooling.isEmpty() ? Long.MAX_VALUE : cooling.firstKey();
  }
}
