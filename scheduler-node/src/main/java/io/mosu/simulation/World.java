// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.node.NodeEffect;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.TenantEffect;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import io.mosu.scheduler.tenant.TenantQuery;
import java.util.List;
import java.util.Objects;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.function.LongFunction;

/**
 * A cluster in virtual time: the shipped rules of tenants, nodes, agents and boards, on journals, a
 * network and hosts that suffer what {@link WorldSettings} say. The same seed gives the same world.
 */
public final class World {

  private final Scene scene;
  private final Cast cast;
  private final Boards boards;
  private final Invariants invariants;
  private final Client clients;
  private Watch watch = new Watch() {};
  private final TreeMap<NodeId, Entity<NodeLedger, NodeEvent, NodeEffect>> nodes = new TreeMap<>();
  private final TreeMap<NodeId, AgentHost> hosts = new TreeMap<>();
  private final TreeMap<TenantId, Entity<TenantLedger, TenantEvent, TenantEffect>> tenants =
      new TreeMap<>();

  /**
   * @param told whether the chronicle keeps lines to read, which costs time
   */
  public World(WorldSettings settings, long seed, Cast cast, boolean told) {
    this.scene = new Scene(settings, new Chance(new SplittableRandom(seed)), told);
    this.cast = cast;
    this.boards = new Boards(scene);
    this.invariants = new Invariants(this);
    this.clients = new Client(this, scene);
  }

  public void addNode(NodeId id, Inventory inventory) {
    Entity<NodeLedger, NodeEvent, NodeEffect> entity =
        new Entity<>(
            id.value(),
            scene,
            new Log<>(
                scene.settings.faults().any(),
                NodeLedger.BLANK,
                NodeLedger::apply,
                (ledger, event) -> {
                  scene.chronicle.tell(() -> id + " journals " + event);
                  invariants.written(id, ledger, event);
                }),
            site -> cast.node(new NodePort(id, this, site)),
            (asker, answer, site) -> {});
    nodes.put(id, entity);
    AgentHost host = new AgentHost(id, inventory, scene, entity, invariants, cast);
    hosts.put(id, host);
    entity.start(scene.chance.below(scene.settings.sites()));
    host.start();
  }

  public void addTenant(TenantId id) {
    addTenant(id, scene.chance.below(scene.settings.sites()));
  }

  /** A tenant that is served by that scheduler node. */
  public void addTenant(TenantId id, int first) {
    Entity<TenantLedger, TenantEvent, TenantEffect> entity =
        new Entity<>(
            id.value(),
            scene,
            new Log<>(
                scene.settings.faults().any(),
                TenantLedger.blank(id),
                TenantLedger::apply,
                (ledger, event) -> {
                  scene.chronicle.tell(() -> id + " journals " + event);
                  invariants.written(ledger, event);
                  watch.journaled(id, event);
                }),
            site -> cast.tenant(new TenantPort(id, this, site, scene.chance.split())),
            (asker, answer, site) -> scene.send(site, site, () -> clients.answer(asker, answer)));
    tenants.put(id, entity);
    entity.start(first);
  }

  /** Who hears from now on what comes of jobs. */
  public void watch(Watch watcher) {
    this.watch = watcher;
  }

  Watch watch() {
    return watch;
  }

  /** Somebody submits {@code spec} after {@code inMs} and cancels it later, unless negative. */
  public void submit(long inMs, TenantId tenant, JobSpec spec, long cancelAfterMs) {
    clients.order(inMs, tenant, spec, cancelAfterMs);
  }

  /** The wall time, the same everywhere. */
  long wallMs() {
    return Scene.WALL_START_MS + nowMs();
  }

  /** As {@link #submit}, of a job that depends on earlier ones. */
  void submit(
      long inMs, TenantId tenant, JobSpec spec, long cancelAfterMs, List<Client.Wish> wishes) {
    clients.order(inMs, tenant, spec, cancelAfterMs, wishes);
  }

  /** Somebody orders something of the job that was submitted as the {@code nth}, from 0. */
  void steer(long inMs, int nth, LongFunction<TenantQuery.OnJob> order) {
    clients.steer(inMs, nth, order);
  }

  /** An operator says what the tenant may use. */
  public void quota(TenantId tenant, Quota quota) {
    clients.quota(tenant, quota);
  }

  /** Somebody cancels the job. */
  public void cancel(TenantId tenant, long number) {
    clients.cancel(tenant, number);
  }

  /** Does the next thing; false if nothing is left. */
  public boolean step() {
    return scene.agenda.step();
  }

  /** What the tenant has journaled, whoever owns it. */
  public TenantLedger ledger(TenantId tenant) {
    return tenantLedger(tenant);
  }

  /**
   * Runs until nothing is to be done any more, and then checks that nothing is left over.
   *
   * @param withinMs virtual time from the end of the faults in which all must be done
   */
  public void settle(long withinMs) {
    new Faults(this, scene).begin();
    long untilMs = scene.settings.faults().untilMs();
    long lastMs = untilMs + withinMs;
    while (scene.agenda.nowMs() < lastMs) {
      if (!scene.agenda.step()) {
        break;
      }
      if (scene.agenda.nowMs() > untilMs && !scene.stormy() && quiet()) {
        break;
      }
    }
    invariants.settled();
  }

  public Chronicle chronicle() {
    return scene.chronicle;
  }

  /** Virtual time since the beginning. */
  public long nowMs() {
    return scene.agenda.nowMs();
  }

  WorldSettings settings() {
    return scene.settings;
  }

  Boards boards() {
    return boards;
  }

  Board board(int site) {
    return boards.at(site);
  }

  Invariants invariants() {
    return invariants;
  }

  Client clients() {
    return clients;
  }

  List<AgentHost> hosts() {
    return List.copyOf(hosts.values());
  }

  AgentHost host(NodeId node) {
    return Objects.requireNonNull(hosts.get(node));
  }

  List<TenantId> tenants() {
    return List.copyOf(tenants.keySet());
  }

  Entity<NodeLedger, NodeEvent, NodeEffect> node(NodeId id) {
    return Objects.requireNonNull(nodes.get(id));
  }

  Entity<TenantLedger, TenantEvent, TenantEffect> tenant(TenantId id) {
    return Objects.requireNonNull(tenants.get(id));
  }

  /** As written, whoever owns it. */
  NodeLedger nodeLedger(NodeId id) {
    return node(id).log.ledger();
  }

  /** As written, whoever owns it. */
  TenantLedger tenantLedger(TenantId id) {
    return tenant(id).log.ledger();
  }

  List<TenantLedger> tenantLedgers() {
    return tenants.values().stream().map(entity -> entity.log.ledger()).toList();
  }

  /** A scheduler node dies with all that it serves. */
  void crash(int site) {
    scene.chronicle.tell(() -> "site " + site + " crashes");
    boards.restart(site);
    nodes.values().stream().filter(entity -> entity.site() == site).forEach(Entity::crash);
    tenants.values().stream().filter(entity -> entity.site() == site).forEach(Entity::crash);
  }

  void tellNode(int from, NodeMessage message) {
    Entity<NodeLedger, NodeEvent, NodeEffect> to = node(message.node());
    scene.chronicle.said(message);
    scene.chronicle.tell(() -> "  says " + message);
    scene.send(from, to.site(), () -> to.hear(message));
  }

  void tellTenant(int from, TenantMessage message) {
    Entity<TenantLedger, TenantEvent, TenantEffect> to = tenant(message.tenant());
    scene.chronicle.said(message);
    if (message instanceof TenantMessage.Declined declined) {
      scene.chronicle.count("declined " + declined.reason());
    }
    scene.chronicle.tell(() -> "  says " + message);
    scene.send(from, to.site(), () -> to.hear(message));
  }

  private boolean quiet() {
    return clients.allAnswered()
        && tenantLedgers().stream().allMatch(ledger -> ledger.active().isEmpty())
        && nodes.values().stream().allMatch(entity -> entity.log.ledger().leases().isEmpty())
        && hosts.values().stream().allMatch(host -> host.open().isEmpty());
  }
}
