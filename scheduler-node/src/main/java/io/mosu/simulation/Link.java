// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;

/**
 * One connection of an agent to a door: frames arrive in order or, once it is broken, never. A
 * stalled one keeps them back.
 */
final class Link {

  private final Scene scene;
  private final AgentHost agent;
  private final Entity<?, ?, ?> node;
  private boolean open = true;
  private long stalledUntilMs;
  private long lastUpMs;
  private long lastDownMs;

  Link(Scene scene, AgentHost agent, Entity<?, ?, ?> node) {
    this.scene = scene;
    this.agent = agent;
    this.node = node;
  }

  void breakOff() {
    open = false;
  }

  boolean open() {
    return open;
  }

  void stall(long ms) {
    stalledUntilMs = scene.agenda.nowMs() + ms;
  }

  /** The agent speaks; what has reached the door goes on though the connection may break. */
  void up(HostReport report) {
    if (!open || lost()) {
      return;
    }
    lastUpMs = arrival(lastUpMs);
    scene.agenda.in(
        lastUpMs - scene.agenda.nowMs(), () -> node.hear(new NodePort.FromAgent(this, report)));
  }

  /** The node speaks. */
  void down(HostOrder order) {
    if (!open || lost()) {
      return;
    }
    lastDownMs = arrival(lastDownMs);
    scene.agenda.in(
        lastDownMs - scene.agenda.nowMs(),
        () -> {
          if (open) {
            agent.hear(order);
          }
        });
  }

  private boolean lost() {
    boolean lost = scene.stormy() && scene.chance.perMille(scene.settings.link().lost());
    if (lost) {
      scene.chronicle.count("frame lost");
    }
    return lost;
  }

  private long arrival(long lastMs) {
    long sentMs = Math.max(scene.agenda.nowMs(), stalledUntilMs);
    return Math.max(lastMs, sentMs + scene.chance.between(1, scene.settings.link().delayMaxMs()));
  }
}
