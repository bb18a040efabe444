// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.api.WallFrame.Cell;
import io.mosu.scheduler.api.WallFrame.Happening;
import io.mosu.scheduler.api.WallFrame.Members;
import io.mosu.scheduler.api.WallFrame.Totals;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/** Compares each reading of the board with the one before. */
final class WallHistory {
  private static final int TENANTS_MAX = 14;
  private static final int HAPPENINGS_KEPT = 24;
  private static final int HAPPENINGS_PER_READING = 12;

  /** Of tenants, those of most jobs: the rest would push lost nodes off the ticker. */
  private static final int TENANT_HAPPENINGS_PER_READING = 3;

  /** Readings over which the rate is taken. */
  private static final int RATE_READINGS = 5;

  private final Map<NodeId, Offering> nodes = new HashMap<>();
  private final Map<TenantId, DemandDigest> tenants = new HashMap<>();
  private final Deque<Happening> happenings = new ArrayDeque<>();
  private final Deque<long[]> placed = new ArrayDeque<>();
  private long placedSum;
  private boolean begun;
  private WallFrame last =
      new WallFrame(
          0, new Members(0, 0), new Totals(0, 0, 0, 0, 0), List.of(), List.of(), List.of());

  /** Takes in a reading; the frame has only what changed. */
  WallFrame read(
      List<Offering> offerings, List<DemandDigest> demands, Members members, long nowMs) {
    List<Happening> news = new ArrayList<>();
    List<Cell> changed = new ArrayList<>();
    for (Offering offering : offerings) {
      Offering before = nodes.put(offering.digest().node(), offering);
      if (before == null || differs(before, offering)) {
        changed.add(cell(offering));
      }
      note(news, happening(before, offering, nowMs));
    }
    List<Happening> ofTenants = new ArrayList<>();
    for (DemandDigest demand : demands) {
      DemandDigest before = tenants.put(demand.tenant(), demand);
      if (before != null) {
        long began = begun(demand) - begun(before);
        long ended = demand.ended() - before.ended();
        placedSum += Math.max(0, began);
        String who = demand.tenant().value();
        note(ofTenants, began <= 0 ? null : happening(nowMs, Happening.Kind.PLACED, who, began));
        note(ofTenants, ended <= 0 ? null : happening(nowMs, Happening.Kind.ENDED, who, ended));
      }
    }
    ofTenants.stream()
        .sorted(Comparator.comparingLong(Happening::count).reversed())
        .limit(TENANT_HAPPENINGS_PER_READING)
        .forEach(happening -> note(news, happening));
    begun = true;
    List<Happening> bounded =
        List.copyOf(news.subList(0, Math.min(news.size(), HAPPENINGS_PER_READING)));
    for (Happening happening : bounded) {
      happenings.addLast(happening);
      if (happenings.size() > HAPPENINGS_KEPT) {
        happenings.removeFirst();
      }
    }
    last =
        new WallFrame(nowMs, members, totals(demands, nowMs), changed, busiest(demands), bounded);
    return last;
  }

  /** Everything as of the last reading. */
  WallFrame snapshot() {
    return new WallFrame(
        last.at(),
        last.members(),
        last.totals(),
        nodes.values().stream()
            .sorted(Comparator.comparing(offering -> offering.digest().node()))
            .map(WallHistory::cell)
            .toList(),
        last.tenants(),
        List.copyOf(happenings));
  }

  private Totals totals(List<DemandDigest> demands, long nowMs) {
    placed.addLast(new long[] {nowMs, placedSum});
    if (placed.size() > RATE_READINGS + 1) {
      placed.removeFirst();
    }
    long[] oldest = placed.getFirst();
    double seconds = Math.max(1, nowMs - oldest[0]) / 1000.0;
    return new Totals(
        demands.stream().mapToLong(DemandDigest::queued).sum(),
        demands.stream().mapToLong(DemandDigest::running).sum(),
        demands.stream().mapToLong(DemandDigest::ended).sum(),
        Math.round(10 * (placedSum - oldest[1]) / seconds) / 10.0,
        demands.size());
  }

  private static List<TenantView> busiest(List<DemandDigest> demands) {
    return demands.stream()
        .sorted(
            Comparator.comparingInt(DemandDigest::queued)
                .thenComparingLong(DemandDigest::usedMilli)
                .reversed()
                .thenComparing(DemandDigest::tenant))
        .limit(TENANTS_MAX)
        .map(TenantView::of)
        .toList();
  }

  /** Jobs that ever left the queue: it grows by one with each placement. */
  private static long begun(DemandDigest demand) {
    return demand.running() + demand.ended();
  }

  private @Nullable Happening happening(@Nullable Offering before, Offering now, long nowMs) {
    boolean up = now.digest().reachable();
    Happening.Kind kind;
    if (before == null) {
      kind = begun ? Happening.Kind.JOINED : null;
    } else if (up == before.digest().reachable()) {
      kind = null;
    } else {
      kind = up ? Happening.Kind.BACK : Happening.Kind.LOST;
    }
    return kind == null
        ? null
        : new Happening(nowMs, kind, now.digest().node().value(), now.inventory().supplier(), 1);
  }

  private static Happening happening(long nowMs, Happening.Kind kind, String who, long count) {
    return new Happening(nowMs, kind, who, null, count);
  }

  private static void note(List<Happening> news, @Nullable Happening happening) {
    if (happening != null) {
      news.add(happening);
    }
  }

  private static boolean differs(Offering one, Offering other) {
    return one.digest().reachable() != other.digest().reachable()
        || one.digest().faulty() != other.digest().faulty()
        || !one.digest().free().equals(other.digest().free())
        || !one.inventory().equals(other.inventory());
  }

  private static Cell cell(Offering offering) {
    Room free = offering.digest().free();
    return new Cell(
        offering.digest().node().value(),
        offering.inventory().supplier(),
        offering.inventory().model(),
        !offering.digest().reachable(),
        IntStream.range(0, free.devices())
            .map(i -> offering.digest().faulty(i) ? -1 : Device.WHOLE_MILLI - free.gpuMilli(i))
            .toArray());
  }
}
