// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.host.HostOrder.StartTask;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import java.util.Collection;
import java.util.Optional;
import java.util.TreeMap;

/** The processes on one host, and the supervisor that ends them when nobody renews. */
final class HostProcesses {

  /** Of a thousand starts, those that do not come to be. */
  private static final int NOT_STARTED = 10;

  private static final long SPAWN_MAX_MS = 300;
  private static final long KILL_MS = 40;
  private static final int KILLED_CODE = 137;

  /** What the supervisor writes down of a task that it ended. */
  private static final Exit LOST = new Exit(Exit.Kind.LOST, 0);

  private static final int CANARY_MAX_MS = 2_000;
  private static final int CANARY_PASSES = 700;

  private final AgentHost agent;
  private final Scene scene;
  private final Invariants invariants;
  private final TreeMap<Long, HostProcess> running = new TreeMap<>();

  /** Those that have ended too, for agents that ask after a restart. */
  private final TreeMap<Long, HostProcess> processes = new TreeMap<>();

  HostProcesses(AgentHost agent, Scene scene, Invariants invariants) {
    this.agent = agent;
    this.scene = scene;
    this.invariants = invariants;
  }

  Collection<HostProcess> all() {
    return processes.values();
  }

  boolean live(long token) {
    return running.containsKey(token);
  }

  void launch(StartTask start) {
    long starter = agent.incarnation();
    scene.agenda.in(
        scene.chance.between(1, SPAWN_MAX_MS),
        () -> {
          if (agent.incarnation() != starter || agent.down()) {
            return; // it died with the agent that was starting it
          }
          Optional<Exit> overtaken = agent.overtaken(start.token());
          if (overtaken.isPresent()) {
            exited(start.token(), overtaken.get());
            return;
          }
          if (scene.stormy() && scene.chance.perMille(NOT_STARTED)) {
            exited(start.token(), new Exit(Exit.Kind.NOT_STARTED, 0));
            return;
          }
          HostProcess process = new HostProcess(start);
          process.live = true;
          running.put(start.token(), process);
          if (scene.settings.faults().any()) {
            processes.put(start.token(), process);
          }
          scene.chronicle.count("process");
          scene.chronicle.tell(
              () -> agent.node + " runs " + start.job() + " token " + start.token());
          invariants.started(agent, process);
          agent.input((mine, out) -> mine.processStarted(start.token(), agent.moment(), out));
          scene.agenda.in(
              process.runMs(), () -> end(process, new Exit(Exit.Kind.EXITED, process.code())));
        });
  }

  void kill(long token, long graceMs) {
    HostProcess process = running.get(token);
    if (process != null) {
      long killer = agent.incarnation();
      long ms =
          scene.chance.between(1, Math.min(graceMs, process.start.spec().ending().stopGraceMs()))
              + KILL_MS;
      scene.agenda.in(
          ms,
          () -> {
            // an agent that has restarted since does not know that it asked for this
            boolean known = !agent.down() && agent.incarnation() == killer;
            kill(process, known ? new Exit(Exit.Kind.EXITED, KILLED_CODE) : LOST);
          });
    }
  }

  /** Passes more often than not. */
  void canary(String uuid, long number) {
    scene.agenda.in(
        scene.chance.between(1, CANARY_MAX_MS),
        () -> {
          boolean passed = !scene.stormy() || scene.chance.perMille(CANARY_PASSES);
          scene.chronicle.count(passed ? "canary passed" : "canary failed");
          agent.input((mine, out) -> mine.canaryEnded(uuid, number, passed, "drawn", out));
        });
  }

  /** An agent that has just started asks what became of a task. */
  void found(long token) {
    HostProcess process = processes.get(token);
    if (process == null) {
      exited(token, new Exit(Exit.Kind.NOT_STARTED, 0));
    } else if (process.live) {
      agent.input((mine, out) -> mine.processStarted(token, agent.moment(), out));
    } else {
      Exit known = process.exit;
      exited(token, known == null ? LOST : known);
    }
  }

  /** The agent is away: what it does not renew again until then is ended without it. */
  void superviseUntil(long atMs) {
    scene.agenda.in(
        atMs - scene.agenda.nowMs(),
        () -> {
          if (!agent.up()) {
            for (HostProcess process : running.values()) {
              scene.chronicle.count("ended by the supervisor");
              scene.agenda.in(KILL_MS, () -> kill(process, LOST));
            }
          }
        });
  }

  void reboot() {
    for (HostProcess process : running.values()) {
      process.live = false;
      process.killed = true;
      invariants.ended(agent, process);
    }
    running.clear();
  }

  /** Milli of each device that live processes use. */
  int[] used(int devices) {
    int[] used = new int[devices];
    for (HostProcess process : running.values()) {
      process.start.grant().devices().forEach(d -> used[d] += process.start.grant().gpuMilli());
    }
    return used;
  }

  static boolean over(int[] used) {
    for (int milli : used) {
      if (milli > Device.WHOLE_MILLI) {
        return true;
      }
    }
    return false;
  }

  private void kill(HostProcess process, Exit exit) {
    if (process.live) {
      process.killed = true;
      end(process, exit);
    }
  }

  private void end(HostProcess process, Exit exit) {
    if (!process.live) {
      return;
    }
    process.live = false;
    running.remove(process.start.token());
    process.exit = exit;
    invariants.ended(agent, process);
    scene.chronicle.tell(() -> agent.node + " token " + process.start.token() + " ended: " + exit);
    exited(process.start.token(), exit);
  }

  private void exited(long token, Exit exit) {
    agent.input((mine, out) -> mine.processExited(token, exit, agent.moment(), out));
  }
}
