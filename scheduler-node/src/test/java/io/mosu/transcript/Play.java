// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.transcript;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.Terms;
import io.mosu.scheduler.node.GpuNode;
import io.mosu.scheduler.node.NodeEffect;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.placement.Mix;
import io.mosu.scheduler.tenant.Tenant;
import io.mosu.scheduler.tenant.TenantEffect;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import io.mosu.scheduler.tenant.TenantQuery;
import io.mosu.scheduler.tenant.TenantTerms;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;

/**
 * Nodes, tenants and agents that talk without delay, in the order in which they spoke. Time passes
 * only when the script says so; messages get lost or late only when the script says so.
 */
final class Play {

  private static final TenantTerms TENANT =
      new TenantTerms(new Terms(2, 200, 2_000, 2, 500, 2_000, 8), 100, 3, 60_000, 10_000);
  private static final NodeTerms NODE = new NodeTerms(30_000, 5_000, 3_000, 500);

  private record Letter(String from, String to, Wire message) {}

  private final List<String> told = new ArrayList<>();
  private final Deque<Letter> letters = new ArrayDeque<>();
  private final TreeMap<String, Player<NodeLedger, NodeEvent, NodeEffect>> nodes = new TreeMap<>();
  private final TreeMap<String, Player<TenantLedger, TenantEvent, TenantEffect>> tenants =
      new TreeMap<>();
  private final TreeMap<String, Board> boards = new TreeMap<>();
  private final TreeMap<NodeId, Offering> offerings = new TreeMap<>();
  private final TreeMap<String, Inventory> hosts = new TreeMap<>();
  private final TreeMap<String, TreeSet<Long>> running = new TreeMap<>();
  private final TreeSet<String> silent = new TreeSet<>();
  private final TreeSet<String> muted = new TreeSet<>();
  private final TreeSet<String> frozen = new TreeSet<>();
  private final List<String> dropped = new ArrayList<>();
  private final List<String> delayed = new ArrayList<>();
  private final List<String> doubled = new ArrayList<>();
  private final List<Letter> kept = new ArrayList<>();
  private long tickMs;
  private long lastAsker;

  /** What was said since the last time this was asked. */
  List<String> told() {
    List<String> lines = List.copyOf(told);
    told.clear();
    return lines;
  }

  void addNode(String name, Inventory inventory) {
    NodeId id = new NodeId(name);
    hosts.put(name, inventory);
    running.put(name, new TreeSet<>());
    nodes.put(
        name,
        new Player<>(
            name,
            NodeLedger.BLANK,
            NodeLedger::apply,
            ledger -> new NodeEvent.EpochClaimed(ledger.epoch() + 1),
            (ledger, now) -> new GpuNode(id, ledger, NODE, demand(), now),
            told::add,
            effect -> onEffect(name, effect),
            now()));
    hello(name);
    told.clear();
  }

  void addTenant(String name) {
    if (tenants.containsKey(name)) {
      return;
    }
    TenantId id = new TenantId(name);
    Board board = new Board(0, new SplittableRandom(1));
    offerings.values().forEach(board::offer);
    boards.put(name, board);
    tenants.put(
        name,
        new Player<>(
            name,
            TenantLedger.blank(id),
            TenantLedger::apply,
            ledger -> new TenantEvent.EpochClaimed(ledger.epoch() + 1),
            (ledger, now) -> new Tenant(id, ledger, TENANT, board, new SplittableRandom(1), now),
            told::add,
            effect -> onEffect(name, effect),
            now()));
  }

  void ask(String tenant, TenantQuery query) {
    player(tenant).hear(new Request(++lastAsker, query), now());
    deliver();
  }

  /** All that is due within {@code ms} happens, one thing after another. */
  void pass(long ms) {
    long until = tickMs + ms;
    while (true) {
      long next = until;
      for (Player<?, ?, ?> player : players()) {
        next = Math.min(next, Math.max(tickMs, player.wakeAtTickMs()));
      }
      long renewal = (tickMs / NODE.renewMs() + 1) * NODE.renewMs();
      tickMs = Math.min(next, renewal);
      if (tickMs == renewal) {
        renew();
      }
      for (Player<?, ?, ?> player : players()) {
        if (player.wakeAtTickMs() <= tickMs) {
          player.wake(now());
          deliver();
        }
      }
      if (tickMs >= until) {
        return;
      }
    }
  }

  void crash(String name) {
    player(name).crash(now());
  }

  void mute(String name) {
    muted.add(name);
  }

  void unmute(String name) {
    muted.remove(name);
  }

  /** The tenant's board hears no news. */
  void freeze(String tenant) {
    frozen.add(tenant);
  }

  void drop(String kind, String party) {
    dropped.add(kind + " " + party);
  }

  void delay(String kind, String party) {
    delayed.add(kind + " " + party);
  }

  void twice(String kind, String party) {
    doubled.add(kind + " " + party);
  }

  /** What was delayed arrives. */
  void release() {
    letters.addAll(kept);
    kept.clear();
    deliver();
  }

  /** The agent is cut off: it renews nothing, hears nothing, and ends its tasks by itself. */
  void silence(String node) {
    silent.add(node);
    Objects.requireNonNull(running.get(node)).clear();
  }

  void back(String node) {
    silent.remove(node);
    hello(node);
    deliver();
  }

  void exit(String node, long token, Exit exit) {
    Objects.requireNonNull(running.get(node)).remove(token);
    report(node, new HostReport.TaskExited(new NodeId(node), token, exit));
    deliver();
  }

  Map<String, Player<NodeLedger, NodeEvent, NodeEffect>> nodes() {
    return nodes;
  }

  Map<String, Player<TenantLedger, TenantEvent, TenantEffect>> tenants() {
    return tenants;
  }

  private void onEffect(String node, NodeEffect effect) {
    if (effect instanceof NodeEffect.TellTenant tell) {
      post(node, tell.message().tenant().value(), tell.message());
    } else if (effect instanceof NodeEffect.TellAgent tell && !silent.contains(node)) {
      order(node, tell.order());
    } else if (effect instanceof NodeEffect.Publish publish) {
      Offering offering = new Offering(publish.digest(), publish.inventory());
      offerings.put(new NodeId(node), offering);
      boards.forEach(
          (tenant, board) -> {
            if (!frozen.contains(tenant)) {
              board.offer(offering);
            }
          });
    }
  }

  private void onEffect(String tenant, TenantEffect effect) {
    if (effect instanceof TenantEffect.TellNode tell) {
      post(tenant, tell.message().node().value(), tell.message());
    } else if (effect instanceof TenantEffect.Publish publish) {
      DemandDigest demand = publish.demand();
      boards.values().forEach(board -> board.want(demand));
    }
  }

  private void order(String node, HostOrder order) {
    boolean shown = !(order instanceof HostOrder.Renewed || order instanceof HostOrder.Welcome);
    if (shown) {
      told.add(node + " -> agent  " + Spoken.of(order));
    }
    NodeId id = new NodeId(node);
    if (order instanceof HostOrder.StartTask start) {
      Objects.requireNonNull(running.get(node)).add(start.token());
      report(node, new HostReport.TaskStarted(id, start.token()));
    } else if (order instanceof HostOrder.StopTask stop) {
      Objects.requireNonNull(running.get(node)).remove(stop.token());
      report(node, new HostReport.TaskExited(id, stop.token(), new Exit(Exit.Kind.STOPPED, 143)));
    }
  }

  private void report(String node, HostReport report) {
    letters.add(new Letter("agent", node, report));
  }

  private void post(String from, String to, Wire message) {
    String line = from + " -> " + to + "  " + Spoken.of(message);
    if (taken(dropped, message, from, to) || muted.contains(from) || muted.contains(to)) {
      told.add(line + "  (lost)");
    } else if (taken(delayed, message, from, to)) {
      told.add(line + "  (late)");
      kept.add(new Letter(from, to, message));
    } else {
      told.add(line);
      letters.add(new Letter(from, to, message));
      if (taken(doubled, message, from, to)) {
        kept.add(new Letter(from, to, message));
      }
    }
  }

  private static boolean taken(List<String> rules, Wire message, String from, String to) {
    String kind = Spoken.kind(message);
    return rules.remove(kind + " " + from) || rules.remove(kind + " " + to);
  }

  private void deliver() {
    for (Letter letter = letters.poll(); letter != null; letter = letters.poll()) {
      if (letter.message() instanceof HostReport) {
        told.add("agent -> " + letter.to() + "  " + Spoken.of(letter.message()));
      }
      player(letter.to()).hear(letter.message(), now());
    }
  }

  private void hello(String node) {
    player(node)
        .hear(
            new HostReport.Hello(
                new NodeId(node), 1, Objects.requireNonNull(hosts.get(node)), tasks(node), tickMs),
            now());
  }

  private void renew() {
    for (String node : nodes.keySet()) {
      if (!silent.contains(node)) {
        player(node).hear(new HostReport.Renewal(new NodeId(node), tasks(node), tickMs), now());
      }
    }
    deliver();
  }

  private List<HostReport.Task> tasks(String node) {
    return Objects.requireNonNull(running.get(node)).stream()
        .map(token -> new HostReport.Task(token, true))
        .toList();
  }

  private Demand demand() {
    return new Demand() {
      @Override
      public List<TenantId> deserving(Inventory inventory, Room room, int max) {
        return boards.isEmpty()
            ? List.of()
            : boards.firstEntry().getValue().deserving(inventory, room, max);
      }

      @Override
      public long borrowedMilli(TenantId tenant) {
        return boards.isEmpty() ? 0 : boards.firstEntry().getValue().borrowedMilli(tenant);
      }

      @Override
      public Mix mix() {
        return Mix.prior();
      }
    };
  }

  private List<Player<?, ?, ?>> players() {
    List<Player<?, ?, ?>> all = new ArrayList<>(tenants.values());
    all.addAll(nodes.values());
    return all;
  }

  private Player<?, ?, ?> player(String name) {
    Player<?, ?, ?> tenant = tenants.get(name);
    return tenant != null ? tenant : Objects.requireNonNull(nodes.get(name), name);
  }

  private Moment now() {
    return new Moment(1_000_000 + tickMs, tickMs);
  }
}
