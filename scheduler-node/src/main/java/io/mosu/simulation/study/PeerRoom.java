// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.placement.Fit;
import io.mosu.trace.TraceNode;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;

/** What is left of a cluster that one scheduler sees whole. */
final class PeerRoom {
  /** By node. */
  record Taken(Map<Integer, Grant> grants) {}

  static final Taken NOTHING = new Taken(Map.of());

  private final List<Inventory> nodes;
  private final Room[] left;

  /** The fullest first, by what its GPUs have left; of alike ones, the first of the table. */
  private final TreeSet<Integer> byRoom;

  PeerRoom(List<TraceNode> nodes) {
    this.nodes = nodes.stream().map(TraceNode::inventory).toList();
    this.left = this.nodes.stream().map(Room::all).toArray(Room[]::new);
    this.byRoom =
        new TreeSet<>(
            Comparator.<Integer>comparingLong(node -> left[node].gpuMilliFree())
                .thenComparing(Comparator.naturalOrder()));
    for (int node = 0; node < left.length; node++) {
      byRoom.add(node);
    }
  }

  /** Whether the tasks fit, each on a node of its own, while nothing runs. */
  boolean everFits(int tasks, Shape shape) {
    return nodes.stream().filter(node -> Fit.everFits(node, shape)).limit(tasks).count() == tasks;
  }

  /** Places all tasks, each on a node of its own; {@link #NOTHING} if they do not fit. */
  Taken take(int tasks, Shape shape) {
    Map<Integer, Grant> grants = new TreeMap<>();
    for (int node : byRoom) {
      if (left[node].gpuMilliFree() < shape.totalGpuMilli()) {
        continue; // full of others: not worth a look at its devices
      }
      Optional<Grant> grant = Fit.grant(nodes.get(node), left[node], shape);
      if (grant.isPresent()) {
        grants.put(node, grant.get());
        if (grants.size() == tasks) {
          grants.forEach((each, part) -> become(each, left[each].minus(part)));
          return new Taken(grants);
        }
      }
    }
    return NOTHING;
  }

  void give(Taken taken) {
    taken.grants().forEach((node, grant) -> become(node, left[node].plus(grant)));
  }

  /** Whether a task of that shape fits one of the nodes that something has left. */
  boolean hasRoomAgain(Taken gone, Shape shape) {
    return gone.grants().keySet().stream()
        .anyMatch(node -> Fit.grant(nodes.get(node), left[node], shape).isPresent());
  }

  private void become(int node, Room room) {
    byRoom.remove(node);
    left[node] = room;
    byRoom.add(node);
  }
}
