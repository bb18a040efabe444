// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.receptionist.Receptionist;
import org.apache.pekko.actor.typed.receptionist.ServiceKey;

/**
 * Keeps the {@link Board} of one scheduler node in step with those of the others: what its own
 * entities publish goes out in batches, and a board that newly appears is sent everything.
 */
public final class BoardActor extends AbstractBehavior<Wire> {

  /** Nodes that changed, from another board. */
  public record Supplies(List<Offering> offerings) implements Wire {
    public Supplies {
      offerings = List.copyOf(offerings);
    }
  }

  /** Tenants that changed, and what they were asked to run, from another board. */
  public record Demands(List<DemandDigest> demands, List<Arrival> arrivals) implements Wire {
    public Demands {
      demands = List.copyOf(demands);
      arrivals = List.copyOf(arrivals);
    }

    private static Demands of(List<DemandDigest> demands) {
      return new Demands(demands, List.of());
    }

    private static Demands arrived(List<Arrival> arrivals) {
      return new Demands(List.of(), arrivals);
    }
  }

  /** What an entity of this scheduler node publishes. */
  public record Published(Offering offering) implements Wire {}

  /** What a tenant of this scheduler node publishes. */
  public record Wanted(DemandDigest demand) implements Wire {}

  private record Peers(Set<ActorRef<Wire>> boards) implements Wire {}

  private enum Tick implements Wire {
    INSTANCE
  }

  private enum Repair implements Wire {
    INSTANCE
  }

  private static final ServiceKey<Wire> KEY = ServiceKey.create(Wire.class, "board");

  /** Entries per message, so that it stays far below the transport's frame. */
  private static final int BATCH_MAX = 100;

  /**
   * How often one other board, in turn, is sent everything: a batch may have been lost, and a node
   * that wrongly counts as silent is never asked, so its board would never learn better.
   */
  private static final Duration REPAIR = Duration.ofSeconds(10);

  private final Board board;
  private final Map<NodeId, Offering> supplies = new LinkedHashMap<>();
  private final Map<TenantId, DemandDigest> demands = new LinkedHashMap<>();
  private Set<ActorRef<Wire>> peers = Set.of();
  private final Deque<ActorRef<Wire>> toRepair = new ArrayDeque<>();

  public static Behavior<Wire> create(Board board, Duration publish) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  timers.startTimerWithFixedDelay(Tick.INSTANCE, publish);
                  timers.startTimerWithFixedDelay(Repair.INSTANCE, REPAIR);
                  return new BoardActor(context, board);
                }));
  }

  private BoardActor(ActorContext<Wire> context, Board board) {
    super(context);
    this.board = board;
    context.getSystem().receptionist().tell(Receptionist.register(KEY, context.getSelf()));
    context
        .getSystem()
        .receptionist()
        .tell(
            Receptionist.subscribe(
                KEY,
                context.messageAdapter(
                    Receptionist.Listing.class,
                    listing -> new Peers(listing.getServiceInstances(KEY)))));
  }

  @Override
  public Receive<Wire> createReceive() {
    return newReceiveBuilder()
        .onMessage(Published.class, published -> onPublished(published.offering()))
        .onMessage(Wanted.class, wanted -> onWanted(wanted.demand()))
        .onMessage(Supplies.class, this::onSupplies)
        .onMessage(Demands.class, this::onDemands)
        .onMessage(Peers.class, this::onPeers)
        .onMessage(Tick.class, tick -> onTick())
        .onMessage(Repair.class, repair -> onRepair())
        .build();
  }

  private Behavior<Wire> onPublished(Offering offering) {
    board.offer(offering);
    supplies.put(offering.digest().node(), offering);
    return this;
  }

  private Behavior<Wire> onWanted(DemandDigest demand) {
    board.want(demand);
    demands.put(demand.tenant(), demand);
    return this;
  }

  private Behavior<Wire> onSupplies(Supplies news) {
    news.offerings().forEach(board::offer);
    return this;
  }

  private Behavior<Wire> onDemands(Demands news) {
    news.demands().forEach(board::want);
    board.expect(news.arrivals());
    return this;
  }

  private Behavior<Wire> onPeers(Peers listing) {
    Set<ActorRef<Wire>> others = new HashSet<>(listing.boards());
    others.remove(getContext().getSelf());
    for (ActorRef<Wire> peer : others) {
      if (!peers.contains(peer)) {
        sendAll(peer);
      }
    }
    peers = Set.copyOf(others);
    return this;
  }

  private Behavior<Wire> onTick() {
    send(peers, supplies.values(), Supplies::new);
    send(peers, demands.values(), Demands::of);
    send(peers, board.arrivals(), Demands::arrived);
    supplies.clear();
    demands.clear();
    return this;
  }

  private Behavior<Wire> onRepair() {
    if (toRepair.isEmpty()) {
      toRepair.addAll(peers);
    }
    ActorRef<Wire> next = toRepair.poll();
    if (next != null && peers.contains(next)) {
      sendAll(next);
    }
    return this;
  }

  private void sendAll(ActorRef<Wire> peer) {
    send(Set.of(peer), board.offerings(), Supplies::new);
    send(Set.of(peer), board.demands(), Demands::of);
  }

  private static <T> void send(
      Set<ActorRef<Wire>> to, Collection<T> all, Function<List<T>, Wire> message) {
    List<T> some = new ArrayList<>(BATCH_MAX);
    for (T one : all) {
      some.add(one);
      if (some.size() == BATCH_MAX) {
        Wire batch = message.apply(some);
        to.forEach(peer -> peer.tell(batch));
        some = new ArrayList<>(BATCH_MAX);
      }
    }
    if (!some.isEmpty()) {
      Wire batch = message.apply(some);
      to.forEach(peer -> peer.tell(batch));
    }
  }
}
