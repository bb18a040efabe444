// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.placement.Fit;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/**
 * Room that a node keeps for one job as it comes free: in memory, and it ends by itself unless the
 * job calls again. The job of a tenant below its guarantee goes before others, an older one before
 * a younger: the same order on all nodes, so that of two gangs one gets all that it waits for.
 */
final class Reservation {

  /** How often a lease is asked back before others are: its tenant may have no need to give it. */
  private static final int ASKED_MAX = 3;

  private static final Comparator<Kept> FIRST =
      Comparator.comparing((Kept kept) -> !kept.reclaim()).thenComparing(Kept::rank);

  private final Map<Long, Integer> asked = new HashMap<>();
  private @Nullable Kept kept;

  private record Kept(Rank rank, Shape shape, boolean reclaim, long untilTickMs) {}

  /** Whether the call asks for room to be kept, and none is kept for a job that goes first. */
  boolean yieldsTo(CallForProposals call) {
    return call.reserveMs() > 0
        && (kept == null || isFor(call.job()) || FIRST.compare(of(call, 0), kept) < 0);
  }

  /** Keeps the room for the call's job from now on, for no other. */
  void keep(CallForProposals call, long nowTickMs) {
    kept = of(call, nowTickMs);
  }

  private static Kept of(CallForProposals call, long nowTickMs) {
    return new Kept(call.rank(), call.shape(), call.reclaim(), nowTickMs + call.reserveMs());
  }

  boolean stands() {
    return kept != null;
  }

  /** Whether it is {@code job}'s. */
  boolean isFor(JobId job) {
    return kept != null && kept.rank().job().equals(job);
  }

  /** Whose it is, once all that the job needs is in {@code room}. */
  Optional<TenantId> complete(Inventory inventory, Room room) {
    Kept now = kept;
    return now != null && Fit.grant(inventory, room, now.shape()).isPresent()
        ? Optional.of(now.rank().job().tenant())
        : Optional.empty();
  }

  /** What of {@code room} is left for others than the job it is kept for. */
  Room besides(Inventory inventory, Room room) {
    return kept == null ? room : room.minus(Fit.part(inventory, room, kept.shape()));
  }

  /** Ends it, if it is {@code job}'s; whether it was. */
  boolean end(JobId job) {
    boolean was = isFor(job);
    if (was) {
      kept = null;
      asked.clear();
    }
    return was;
  }

  /** Whether it has just run out. */
  boolean expire(long nowTickMs) {
    boolean over = kept != null && kept.untilTickMs() <= nowTickMs;
    if (over) {
      kept = null;
      asked.clear();
    }
    return over;
  }

  long nextTickMs() {
    return kept == null ? Long.MAX_VALUE : kept.untilTickMs();
  }

  /**
   * The borrowed leases that have to go for {@code shape} to fit: those that are asked for the
   * first time, then the youngest, whose work is least. Empty if even all would not do; an empty
   * list if what ends already is enough.
   *
   * @param room what is free, and what ends already
   * @param leases those that do not end yet
   */
  Optional<List<Lease>> toReclaim(
      Inventory inventory, Room room, Shape shape, Collection<Lease> leases, Demand demand) {
    List<Lease> order = new ArrayList<>(leases);
    order.sort(
        Comparator.comparing((Lease lease) -> asked.getOrDefault(lease.token(), 0))
            .thenComparing(Lease::sinceMs, Comparator.reverseOrder())
            .thenComparing(Lease::token, Comparator.reverseOrder()));
    Map<TenantId, Long> borrowed = new HashMap<>();
    List<Lease> going = new ArrayList<>();
    Room left = room;
    for (Lease lease : order) {
      if (Fit.grant(inventory, left, shape).isPresent()) {
        break;
      }
      TenantId tenant = lease.job().tenant();
      long milli = lease.grant().totalGpuMilli();
      long lent = borrowed.computeIfAbsent(tenant, demand::borrowedMilli);
      if (milli > 0 && milli <= lent && asked.getOrDefault(lease.token(), 0) < ASKED_MAX) {
        borrowed.put(tenant, lent - milli);
        left = left.plus(lease.grant());
        going.add(lease);
      }
    }
    if (Fit.grant(inventory, left, shape).isEmpty()) {
      return Optional.empty();
    }
    for (Lease lease : List.copyOf(going)) { // an early one may not have helped
      Room without = left.minus(lease.grant());
      if (Fit.grant(inventory, without, shape).isPresent()) {
        left = without;
        going.remove(lease);
      }
    }
    going.forEach(lease -> asked.merge(lease.token(), 1, Integer::sum));
    return Optional.of(going);
  }
}
