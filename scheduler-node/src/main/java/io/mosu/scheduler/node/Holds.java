// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.placement.Fit;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A node's short promises while negotiations run: in memory, and each ends by itself. */
final class Holds {

  /** Later calls are refused while this many promises stand. */
  static final int MAX = 256;

  private final Map<NegotiationId, Hold> holds = new LinkedHashMap<>();

  record Hold(NegotiationId negotiation, Rank rank, Grant grant, long untilTickMs) {}

  @Nullable Hold get(NegotiationId negotiation) {
    return holds.get(negotiation);
  }

  boolean full() {
    return holds.size() >= MAX;
  }

  void put(Hold hold) {
    holds.put(hold.negotiation(), hold);
  }

  @Nullable Hold remove(NegotiationId negotiation) {
    return holds.remove(negotiation);
  }

  /** What is free of {@code room} besides all promises. */
  Room besides(Room room) {
    Room left = room;
    for (Hold hold : holds.values()) {
      left = left.minus(hold.grant());
    }
    return left;
  }

  /**
   * Younger promises that have to go for {@code shape} to fit, youngest first; empty if even all of
   * them would not do. An older negotiation wounds a younger one, never the other way round, so
   * that two gangs cannot wait for each other.
   *
   * @param free what is free besides all promises
   */
  Optional<List<Hold>> wounded(Inventory inventory, Room free, Shape shape, Rank rank) {
    List<Hold> younger =
        new ArrayList<>(holds.values().stream().filter(h -> rank.compareTo(h.rank()) < 0).toList());
    younger.sort(Comparator.comparing(Hold::rank).reversed());
    Room left = free;
    List<Hold> gone = new ArrayList<>();
    for (Hold hold : younger) {
      left = left.plus(hold.grant());
      gone.add(hold);
      if (Fit.grant(inventory, left, shape).isPresent()) {
        return Optional.of(gone);
      }
    }
    return Optional.empty();
  }

  long nextTickMs() {
    long next = Long.MAX_VALUE;
    for (Hold hold : holds.values()) {
      next = Math.min(next, hold.untilTickMs());
    }
    return next;
  }

  void clear() {
    holds.clear();
  }

  void expire(long nowTickMs) {
    holds.values().removeIf(hold -> hold.untilTickMs() <= nowTickMs);
  }
}
