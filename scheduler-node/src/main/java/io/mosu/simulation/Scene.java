// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.model.Moment;
import java.util.ArrayList;
import java.util.List;

/** What all parts of one world share: time, lots, the record, the network between sites. */
final class Scene {

  /** Where everybody's wall time begins. */
  static final long WALL_START_MS = 1_700_000_000_000L;

  final WorldSettings settings;
  final Agenda agenda = new Agenda();
  final Chance chance;
  final Chronicle chronicle;
  private final List<Long> clockOffsetMs = new ArrayList<>();
  private final long[][] cutUntilMs;
  private boolean calm;

  Scene(WorldSettings settings, Chance chance, boolean told) {
    this.settings = settings;
    this.chance = chance;
    this.chronicle = new Chronicle(agenda, told);
    this.cutUntilMs = new long[settings.sites()][settings.sites()];
    for (int site = 0; site < settings.sites(); site++) {
      clockOffsetMs.add(chance.between(0, 1_000_000));
    }
  }

  /** Both clocks of a site; tick clocks of two sites have nothing to do with each other. */
  Moment moment(int site) {
    return new Moment(WALL_START_MS + agenda.nowMs(), agenda.nowMs() + clockOffsetMs.get(site));
  }

  /** How long until the tick clock of {@code site} shows {@code tickMs}. */
  long untilTick(int site, long tickMs) {
    return tickMs - clockOffsetMs.get(site) - agenda.nowMs();
  }

  /** No faults from now on. */
  void calm() {
    calm = true;
  }

  boolean stormy() {
    return !calm && settings.faults().any();
  }

  void cut(int site, int other, long ms) {
    cutUntilMs[site][other] = agenda.nowMs() + ms;
    cutUntilMs[other][site] = agenda.nowMs() + ms;
  }

  /** Brings a message from one site to another: once, twice, late or never. */
  void send(int from, int to, Runnable deliver) {
    WorldSettings.Network network = settings.network();
    if (stormy() && cutUntilMs[from][to] > agenda.nowMs()) {
      chronicle.count("cut off");
    } else if (stormy() && chance.perMille(network.lost())) {
      chronicle.count("lost");
    } else {
      agenda.in(delay(network), deliver);
      if (stormy() && chance.perMille(network.doubled())) {
        chronicle.count("doubled");
        agenda.in(delay(network), deliver);
      }
    }
  }

  private long delay(WorldSettings.Network network) {
    if (stormy() && chance.perMille(network.late())) {
      chronicle.count("late");
      return chance.between(network.delayMaxMs(), network.lateMaxMs());
    }
    return chance.between(1, network.delayMaxMs());
  }
}
