// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.ToDoubleFunction;

/**
 * The nodes with room for one shape, best first. Only nodes that changed since the last look are
 * scored again, so that a placement costs no walk over all nodes.
 */
final class Ranking {

  private final TreeSet<Entry> best =
      new TreeSet<>(
          Comparator.comparingDouble(Entry::damage)
              .thenComparingInt(Entry::turn)
              .thenComparing(Entry::node));
  private final Map<NodeId, Entry> entries = new HashMap<>();
  private final List<NodeId> feasible = new ArrayList<>();
  private final Map<NodeId, Integer> places = new HashMap<>();
  private final Set<NodeId> stale = new HashSet<>();

  private final int salt;

  private record Entry(double damage, int turn, NodeId node) {}

  /**
   * @param salt orders nodes of equal damage, so that not all boards send their tenants to the same
   *     one; 0 for the order of their ids
   */
  Ranking(int salt) {
    this.salt = salt;
  }

  /** {@code node} is to be scored again before the next look. */
  void touch(NodeId node) {
    stale.add(node);
  }

  /**
   * Scores what changed.
   *
   * @param damage of the shape on a node; NaN if it does not fit
   */
  void refresh(ToDoubleFunction<NodeId> damage) {
    for (NodeId node : stale) {
      double now = damage.applyAsDouble(node);
      Entry before = entries.get(node);
      if (before != null && before.damage() == now) {
        continue;
      }
      if (before != null) {
        best.remove(before);
        entries.remove(node);
      }
      if (Double.isNaN(now)) {
        leave(node);
      } else {
        Entry entry = new Entry(now, turn(node, salt), node);
        best.add(entry);
        entries.put(node, entry);
        if (before == null) {
          places.put(node, feasible.size());
          feasible.add(node);
        }
      }
    }
    stale.clear();
  }

  boolean contains(NodeId node) {
    return entries.containsKey(node);
  }

  /**
   * The best {@code count} nodes besides {@code except}, the last {@code chance} drawn at random.
   */
  List<NodeId> pick(int count, int chance, Set<NodeId> except, SplittableRandom random) {
    List<NodeId> picked = new ArrayList<>(count);
    for (Entry entry : best) {
      if (picked.size() >= count - chance) {
        break;
      }
      if (!except.contains(entry.node())) {
        picked.add(entry.node());
      }
    }
    for (int draw = 0; draw < 4 * chance && picked.size() < count && !feasible.isEmpty(); draw++) {
      NodeId node = feasible.get(random.nextInt(feasible.size()));
      if (!except.contains(node) && !picked.contains(node)) {
        picked.add(node);
      }
    }
    return picked;
  }

  /** Where {@code node} stands among equals, by {@code salt}. */
  static int turn(NodeId node, int salt) {
    int mixed = (node.hashCode() ^ salt) * 0x9E3779B9;
    return salt == 0 ? 0 : mixed ^ (mixed >>> 16);
  }

  private void leave(NodeId node) {
    Integer place = places.remove(node);
    if (place == null) {
      return;
    }
    NodeId last = feasible.remove(feasible.size() - 1);
    if (!last.equals(node)) {
      feasible.set(place, last);
      places.put(last, place);
    }
  }
}
