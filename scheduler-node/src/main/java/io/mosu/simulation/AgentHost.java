// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.agent.Deed;
import io.mosu.agent.HostEffects;
import io.mosu.agent.HostMemory;
import io.mosu.agent.HostRules;
import io.mosu.agent.KnownTask;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * One GPU host: the agent with its small journal, and the connection it keeps. The agent may crash
 * between any two effects, be paused or lose its connection; its {@link HostProcesses} live on.
 */
final class AgentHost {

  /** Of a thousand inputs, those in whose midst the agent crashes. */
  private static final int CRASHED = 2;

  final NodeId node;
  private final Inventory inventory;
  private final Scene scene;
  private final Entity<?, ?, ?> entity;
  private final HostProcesses processes;
  private final Cast cast;
  private final long clockOffsetMs;
  private final TreeMap<Long, KnownTask> kept = new TreeMap<>();
  private final List<BiConsumer<HostRules, Effects>> missed = new ArrayList<>();
  private long incarnation;
  private long keptEpoch;
  private long leasedUntilMs;
  private @Nullable HostRules rules;
  private @Nullable Link link;
  private boolean paused;
  private long wakeAtTickMs = Long.MAX_VALUE;

  AgentHost(
      NodeId node,
      Inventory inventory,
      Scene scene,
      Entity<?, ?, ?> entity,
      Invariants invariants,
      Cast cast) {
    this.node = node;
    this.inventory = inventory;
    this.scene = scene;
    this.entity = entity;
    this.cast = cast;
    this.processes = new HostProcesses(this, scene, invariants);
    this.clockOffsetMs = scene.chance.between(0, 1_000_000);
  }

  HostProcesses processes() {
    return processes;
  }

  /** Tokens of tasks whose end the node has not acknowledged. */
  List<Long> open() {
    return kept.values().stream()
        .filter(task -> task.stage() != KnownTask.Stage.FORGOTTEN)
        .map(KnownTask::token)
        .toList();
  }

  List<Device> devices() {
    return inventory.devices();
  }

  long incarnation() {
    return incarnation;
  }

  boolean down() {
    return rules == null;
  }

  boolean up() {
    return rules != null && !paused;
  }

  void start() {
    incarnation++;
    long known = leasedUntilMs == 0 ? 0 : leasedUntilMs + clockOffsetMs;
    HostRules fresh =
        new HostRules(
            node,
            inventory,
            new HostMemory(incarnation, keptEpoch, known, List.copyOf(kept.values())));
    rules = fresh;
    wakeAtTickMs = Long.MAX_VALUE;
    for (KnownTask task : List.copyOf(kept.values())) {
      if (task.stage() == KnownTask.Stage.LAUNCHED) {
        processes.found(task.token());
      }
    }
    connect();
  }

  /** Ends the agent, not its processes. */
  void crash() {
    if (rules == null) {
      return;
    }
    scene.chronicle.tell(() -> "agent of " + node + " crashes");
    rules = null;
    paused = false;
    missed.clear();
    breakOff();
    processes.superviseUntil(leasedUntilMs);
    scene.agenda.in(scene.chance.between(1, scene.settings.faults().lastsMaxMs()), this::start);
  }

  /** Ends everything on the host. */
  void reboot() {
    processes.reboot();
    leasedUntilMs = 0;
    crash();
  }

  void pause(long ms) {
    if (rules == null || paused) {
      return;
    }
    scene.chronicle.tell(() -> "agent of " + node + " is paused");
    paused = true;
    processes.superviseUntil(leasedUntilMs);
    HostRules same = rules;
    scene.agenda.in(
        ms,
        () -> {
          if (rules == same) {
            paused = false;
            List<BiConsumer<HostRules, Effects>> late = List.copyOf(missed);
            missed.clear();
            late.forEach(this::input);
            wake();
          }
        });
  }

  void stall(long ms) {
    if (link != null) {
      link.stall(ms);
    }
  }

  /** The connection breaks; the agent notices at once and finds another door a little later. */
  void breakOff() {
    Link old = link;
    if (old != null && old.open()) {
      old.breakOff();
      input((mine, out) -> mine.disconnected());
      if (rules != null) {
        scene.agenda.in(
            scene.chance.between(1, scene.settings.link().reconnectMaxMs()), this::connect);
      }
    }
  }

  void hear(HostOrder order) {
    input(
        (mine, out) -> {
          scene.chronicle.tell(() -> "  agent of " + node + " hears " + order);
          if (!mine.on(order, moment(), out)) {
            scene.chronicle.count("order of an old epoch refused");
          }
        });
  }

  void input(BiConsumer<HostRules, Effects> input) {
    HostRules mine = rules;
    if (mine == null) {
      return;
    }
    if (paused) {
      missed.add(input);
      return;
    }
    Effects out = new Effects();
    input.accept(mine, out);
    carryOut(out);
    if (rules == mine) {
      plan(mine);
    }
  }

  /** As the agent asks before it starts what waited. */
  Optional<Exit> overtaken(long token) {
    HostRules mine = rules;
    return mine == null ? Optional.empty() : mine.overtaken(token, moment());
  }

  Moment moment() {
    return new Moment(0, scene.agenda.nowMs() + clockOffsetMs);
  }

  private void connect() {
    if (rules == null || (link != null && link.open())) {
      return;
    }
    link = new Link(scene, this, entity);
    input((mine, out) -> mine.connected(moment(), out));
  }

  private void carryOut(Effects out) {
    boolean crashes = scene.stormy() && scene.chance.perMille(CRASHED);
    int last = crashes ? scene.chance.below(out.steps.size() + 1) : out.steps.size();
    out.steps.subList(0, last).forEach(Runnable::run);
    if (crashes) {
      scene.chronicle.count("agent crash amid effects");
      crash();
    }
  }

  private void wake() {
    wakeAtTickMs = Long.MAX_VALUE;
    input((mine, out) -> mine.wake(moment(), out));
  }

  private void plan(HostRules mine) {
    long next = mine.wakeAtTickMs();
    if (next < wakeAtTickMs) {
      wakeAtTickMs = next;
      scene.agenda.in(
          next - clockOffsetMs - scene.agenda.nowMs(),
          () -> {
            if (wakeAtTickMs == next && rules == mine) {
              wake();
            }
          });
    }
  }

  /** Collects effects, so that a crash can come between any two. */
  final class Effects implements HostEffects {
    private final List<Runnable> steps = new ArrayList<>();
    private final HostEffects cast = AgentHost.this.cast.agent(new Steps());

    @Override
    public void remember(KnownTask task) {
      steps.add(() -> cast.remember(task));
    }

    @Override
    public void rememberEpoch(long epoch) {
      steps.add(() -> cast.rememberEpoch(epoch));
    }

    @Override
    public void send(HostReport report) {
      steps.add(() -> cast.send(report));
    }

    @Override
    public void launch(HostOrder.StartTask start) {
      steps.add(() -> cast.launch(start));
    }

    @Override
    public void kill(long token, long graceMs) {
      steps.add(() -> cast.kill(token, graceMs));
    }

    @Override
    public void leasedUntil(long tickMs, long graceMs) {
      steps.add(() -> cast.leasedUntil(tickMs, graceMs));
    }

    @Override
    public void canary(String uuid, long number) {
      steps.add(() -> cast.canary(uuid, number));
    }

    @Override
    public void record(Deed deed) {
      steps.add(() -> cast.record(deed));
    }
  }

  private final class Steps implements HostEffects {
    @Override
    public void remember(KnownTask task) {
      kept.put(task.token(), task);
    }

    @Override
    public void rememberEpoch(long epoch) {
      keptEpoch = epoch;
    }

    @Override
    public void send(HostReport report) {
      scene.chronicle.tell(() -> "  agent of " + node + " says " + report);
      if (link != null) {
        link.up(report);
      }
    }

    @Override
    public void launch(HostOrder.StartTask start) {
      processes.launch(start);
    }

    @Override
    public void kill(long token, long graceMs) {
      processes.kill(token, graceMs);
    }

    @Override
    public void leasedUntil(long tickMs, long graceMs) {
      leasedUntilMs = tickMs - clockOffsetMs;
    }

    @Override
    public void canary(String uuid, long number) {
      processes.canary(uuid, number);
    }

    @Override
    public void record(Deed deed) {
      scene.chronicle.count("ledger " + deed.kind());
      scene.chronicle.tell(() -> "  ledger of " + node + ": " + deed);
    }
  }
}
