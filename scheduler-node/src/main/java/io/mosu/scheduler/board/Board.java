// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.Supply;
import io.mosu.scheduler.placement.Arrivals;
import io.mosu.scheduler.placement.Choice;
import io.mosu.scheduler.placement.Fit;
import io.mosu.scheduler.placement.Mix;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * One scheduler node's copy of supply and demand. It may be old; every answer of a node refreshes
 * it. All tenants and nodes of the scheduler node share it, so every method holds its lock,
 * shortly.
 */
public final class Board implements Supply, Demand {

  /** Shapes that are kept ranked; the one asked for longest ago makes room for a new one. */
  private static final int RANKINGS_MAX = 256;

  /** Above every real damage. */
  private static final double CROWDED = 1e9;

  /** Kinds of arrivals that are kept for the other boards until they are told. */
  private static final int UNTOLD_MAX = 1_000;

  private final int byChance;
  private final SplittableRandom random;
  private final int salt;
  private final TreeMap<NodeId, Offering> offerings = new TreeMap<>();
  private final Map<TenantId, DemandDigest> demands = new HashMap<>();
  private final Map<NodeId, Map<NegotiationId, Shape>> intents = new HashMap<>();
  private final Map<NegotiationId, List<NodeId>> intended = new HashMap<>();
  private final TreeMap<Long, List<NegotiationId>> intendedUntil = new TreeMap<>();
  private final Map<Shape, Ranking> rankings =
      new LinkedHashMap<>(16, 0.75f, true) {
        @Override
        protected boolean removeEldestEntry(Map.Entry<Shape, Ranking> eldest) {
          return size() > RANKINGS_MAX;
        }
      };
  private Set<NodeId> awaited = Set.of();
  private final Set<TenantId> journaled = new HashSet<>();
  private final Arrivals arrivals = new Arrivals();
  private final Map<Shape, Integer> untold = new LinkedHashMap<>();
  private final Map<String, Long> supplyMilli = new HashMap<>();
  private boolean loaded;
  private long version;

  /**
   * @param byChance how many of the nodes to ask are drawn at random; 0 also orders equals by id
   */
  public Board(int byChance, SplittableRandom random) {
    this.byChance = byChance;
    this.random = random;
    this.salt = byChance > 0 ? random.nextInt() : 0;
  }

  /** Tells which nodes the journal knows: until each is here, nothing counts as impossible. */
  public synchronized void await(Set<NodeId> journaledNodes) {
    awaited = new TreeSet<>(journaledNodes);
    loaded = false;
  }

  /** Tells which tenants have journaled: they exist before their digests are here. */
  public synchronized void know(Set<TenantId> tenants) {
    journaled.addAll(tenants);
  }

  /** Whether there is such a tenant. */
  public synchronized boolean knows(TenantId tenant) {
    return demands.containsKey(tenant) || journaled.contains(tenant);
  }

  /** All tenants that there are, whether they have spoken or not, by id. */
  public synchronized Set<TenantId> tenants() {
    Set<TenantId> all = new TreeSet<>(journaled);
    all.addAll(demands.keySet());
    return all;
  }

  /** Takes in what a node published; whether it was news. */
  public synchronized boolean offer(Offering offering) {
    NodeId node = offering.digest().node();
    Offering before = offerings.get(node);
    boolean sameWord =
        before != null
            && offering.digest().equals(before.digest())
            && !offering.inventory().equals(before.inventory());
    if (before != null && !sameWord && !offering.digest().newerThan(before.digest())) {
      return false;
    }
    if (before == null || !offering.inventory().equals(before.inventory())) {
      supply(offering.inventory(), 1);
      if (before != null) {
        supply(before.inventory(), -1);
      }
    }
    offerings.put(node, offering);
    touch(node);
    return true;
  }

  @Override
  public synchronized void learn(Digest digest) {
    Offering before = offerings.get(digest.node());
    if (before != null
        && digest.newerThan(before.digest())
        && digest.free().devices() == before.inventory().devices().size()) {
      offerings.put(digest.node(), new Offering(digest, before.inventory()));
      touch(digest.node());
    }
  }

  /** Takes in what a tenant published; whether it was news. */
  public synchronized boolean want(DemandDigest demand) {
    DemandDigest before = demands.get(demand.tenant());
    if (before != null && !demand.newerThan(before)) {
      return false;
    }
    demands.put(demand.tenant(), demand);
    version++;
    return true;
  }

  /** Rises with every change. */
  public synchronized long version() {
    return version;
  }

  /** All nodes, by id. */
  public synchronized List<Offering> offerings() {
    return List.copyOf(offerings.values());
  }

  /** All tenants, by id. */
  public synchronized List<DemandDigest> demands() {
    return demands.values().stream().sorted(Comparator.comparing(DemandDigest::tenant)).toList();
  }

  @Override
  public synchronized List<NodeId> candidates(
      Shape shape, int count, Set<NodeId> except, Moment now) {
    while (!intendedUntil.isEmpty() && intendedUntil.firstKey() <= now.tickMs()) {
      intendedUntil.pollFirstEntry().getValue().forEach(this::forget);
    }
    return ranking(shape).pick(count, Math.min(byChance, count - 1), except, random);
  }

  @Override
  public synchronized List<NodeId> lacking(
      Shape shape, int count, Set<NodeId> except, boolean reclaim) {
    record Lack(boolean last, long milli, int turn, NodeId node) {}
    return offerings.values().stream()
        .filter(o -> o.digest().open() && !except.contains(o.digest().node()))
        .filter(o -> Fit.everFits(o.inventory(), shape))
        .map(
            o -> {
              NodeId node = o.digest().node();
              long has = Fit.part(o.inventory(), o.digest().free(), shape).totalGpuMilli();
              // what is known of borrowers may be old: others come last, but they come
              boolean last = reclaim && !o.digest().kept() && !lends(o, shape);
              return new Lack(last, shape.totalGpuMilli() - has, Ranking.turn(node, salt), node);
            })
        .sorted(
            Comparator.comparing(Lack::last)
                .thenComparingLong(Lack::milli)
                .thenComparingInt(Lack::turn)
                .thenComparing(Lack::node))
        .limit(count)
        .map(Lack::node)
        .toList();
  }

  private static boolean lends(Offering offering, Shape shape) {
    Inventory inventory = offering.inventory();
    return Fit.grant(inventory, offering.digest().returned(inventory), shape).isPresent();
  }

  @Override
  public synchronized void arrived(Shape shape, int tasks) {
    expect(shape, tasks);
    Shape kind = new Shape(shape.gpus(), shape.gpuMilli(), shape.models(), shape.cpuMilli(), 0);
    if (untold.size() < UNTOLD_MAX || untold.containsKey(kind)) {
      untold.merge(kind, tasks, Integer::sum);
    }
  }

  /** What arrived here since this was last asked. */
  public synchronized List<Arrival> arrivals() {
    List<Arrival> news = new ArrayList<>(untold.size());
    untold.forEach((shape, tasks) -> news.add(new Arrival(shape, tasks)));
    untold.clear();
    return news;
  }

  /** What arrived at another board. */
  public synchronized void expect(List<Arrival> elsewhere) {
    elsewhere.forEach(arrival -> expect(arrival.shape(), arrival.tasks()));
  }

  private void expect(Shape shape, int tasks) {
    if (arrivals.add(shape, tasks, () -> supplyMilli)) {
      rankings.values().forEach(ranking -> offerings.keySet().forEach(ranking::touch));
    }
  }

  @Override
  public synchronized Mix mix() {
    return arrivals.mix();
  }

  /** Counts the inventory in, or out with a negative sign. */
  private void supply(Inventory inventory, long sign) {
    for (Device device : inventory.devices()) {
      supplyMilli.merge(device.model(), sign * Device.WHOLE_MILLI, Long::sum);
    }
  }

  @Override
  public synchronized void intend(
      NegotiationId negotiation, NodeId node, Shape shape, long untilTickMs) {
    intents.computeIfAbsent(node, n -> new HashMap<>()).put(negotiation, shape);
    intended.computeIfAbsent(negotiation, n -> new ArrayList<>()).add(node);
    intendedUntil.computeIfAbsent(untilTickMs, t -> new ArrayList<>()).add(negotiation);
    touch(node);
  }

  @Override
  public synchronized void forget(NegotiationId negotiation) {
    List<NodeId> nodes = intended.remove(negotiation);
    if (nodes == null) {
      return;
    }
    for (NodeId node : nodes) {
      Map<NegotiationId, Shape> here = intents.get(node);
      if (here != null) {
        here.remove(negotiation);
        if (here.isEmpty()) {
          intents.remove(node);
        }
      }
      touch(node);
    }
  }

  @Override
  public synchronized void forgetAll(TenantId tenant) {
    List.copyOf(intended.keySet()).stream()
        .filter(id -> id.job().map(JobId::tenant).equals(Optional.of(tenant)))
        .forEach(this::forget);
  }

  @Override
  public synchronized boolean seemsToFit(NodeId node, Shape shape) {
    return !Double.isNaN(damage(node, shape));
  }

  @Override
  public synchronized Possibility possibility(Shape shape, int nodes) {
    int hosts = 0;
    for (Offering offering : offerings.values()) {
      if (Fit.everFits(offering.inventory(), shape) && ++hosts >= nodes) {
        return Possibility.POSSIBLE;
      }
    }
    loaded = loaded || offerings.keySet().containsAll(awaited);
    return loaded && !offerings.isEmpty() ? Possibility.IMPOSSIBLE : Possibility.UNKNOWN;
  }

  @Override
  public synchronized List<RefusalCount> explain(Shape shape) {
    return Obstacles.of(offerings.values(), shape);
  }

  @Override
  public synchronized List<TenantId> deserving(Inventory inventory, Room room, int max) {
    return demands.values().stream()
        .filter(
            demand ->
                demand.shapes().stream()
                    .anyMatch(shape -> Fit.grant(inventory, room, shape).isPresent()))
        .sorted(
            Comparator.comparing((DemandDigest demand) -> !demand.belowGuarantee())
                .thenComparingDouble(
                    demand -> (double) demand.usedMilli() / demand.quota().weight())
                .thenComparingLong(DemandDigest::sinceMs)
                .thenComparing(DemandDigest::tenant))
        .limit(max)
        .map(DemandDigest::tenant)
        .toList();
  }

  @Override
  public synchronized long borrowedMilli(TenantId tenant) {
    DemandDigest demand = demands.get(tenant);
    return demand == null ? 0 : demand.borrowedMilli();
  }

  private Ranking ranking(Shape shape) {
    Ranking ranking = rankings.get(shape);
    if (ranking == null) {
      ranking = new Ranking(salt);
      offerings.keySet().forEach(ranking::touch);
      rankings.put(shape, ranking);
    }
    ranking.refresh(node -> damage(node, shape));
    return ranking;
  }

  private void touch(NodeId node) {
    version++;
    for (Ranking ranking : rankings.values()) {
      ranking.touch(node);
    }
  }

  /**
   * The damage of {@code shape} on {@code node} besides what others intend there; NaN if no fit. A
   * node that others seem to fill comes last, but it stays: they may take another.
   */
  private double damage(NodeId node, Shape shape) {
    Offering offering = offerings.get(node);
    if (offering == null || !offering.digest().open()) {
      return Double.NaN;
    }
    Inventory inventory = offering.inventory();
    Room free = offering.digest().free();
    Room besides = free;
    for (Shape other : intents.getOrDefault(node, Map.of()).values()) {
      Optional<Grant> taken = Fit.grant(inventory, besides, other);
      besides = taken.isPresent() ? besides.minus(taken.get()) : besides;
    }
    Optional<Choice> choice = Choice.best(inventory, besides, shape, arrivals.mix());
    if (choice.isPresent() || besides.equals(free)) {
      return choice.map(Choice::damage).orElse(Double.NaN);
    }
    return Choice.best(inventory, free, shape, arrivals.mix())
        .map(crowded -> CROWDED + crowded.damage())
        .orElse(Double.NaN);
  }
}
