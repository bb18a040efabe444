// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import java.util.List;

/** What goes wrong in a world, one thing after another, until its time is over. */
final class Faults {

  private final World world;
  private final Scene scene;
  private final Operators operators;

  Faults(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
    this.operators = new Operators(world, scene);
  }

  void begin() {
    if (scene.settings.faults().any()) {
      next();
    }
  }

  private void next() {
    WorldSettings.Faults faults = scene.settings.faults();
    scene.agenda.in(
        scene.chance.between(1, 2 * faults.gapMs()),
        () -> {
          if (scene.agenda.nowMs() < faults.untilMs()) {
            strike();
            next();
          } else {
            scene.calm();
            operators.mend();
          }
        });
  }

  private void strike() {
    Chance chance = scene.chance;
    long ms = chance.between(1, scene.settings.faults().lastsMaxMs());
    AgentHost host = chance.of(world.hosts());
    switch (chance.below(12)) {
      case 0, 1 -> {
        scene.chronicle.count("node crash");
        world.node(host.node).crash();
      }
      case 2, 3 -> {
        scene.chronicle.count("tenant crash");
        world.tenant(chance.of(world.tenants())).crash();
      }
      case 4 -> {
        scene.chronicle.count("site crash");
        world.crash(chance.below(scene.settings.sites()));
      }
      case 5 -> {
        scene.chronicle.count("partition");
        int site = chance.below(scene.settings.sites());
        scene.cut(site, (site + 1) % scene.settings.sites(), ms / 4);
      }
      case 6 -> {
        scene.chronicle.count("agent crash");
        host.crash();
      }
      case 7 -> {
        scene.chronicle.count("agent pause");
        host.pause(ms);
      }
      case 8 -> {
        scene.chronicle.count("stall");
        host.stall(ms);
      }
      case 9 -> {
        scene.chronicle.count("device sign");
        operators.sign(host);
      }
      case 10 -> {
        scene.chronicle.count("drain");
        operators.drain(host.node, ms);
      }
      default -> {
        if (chance.perMille(300)) {
          scene.chronicle.count("reboot");
          host.reboot();
        } else {
          scene.chronicle.count("break");
          host.breakOff();
        }
      }
    }
  }

  static List<String> kinds() {
    return List.of(
        "node crash",
        "tenant crash",
        "site crash",
        "partition",
        "agent crash",
        "agent pause",
        "stall",
        "device sign",
        "drain",
        "reboot",
        "break");
  }
}
