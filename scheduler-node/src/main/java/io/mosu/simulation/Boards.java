// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.board.Arrival;
import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.node.NodeEffect;
import java.util.ArrayList;
import java.util.List;

/** The boards of all sites: each hears its own site at once and the others by the network. */
final class Boards {

  /** As the boards' actors do. */
  private static final long REPAIR_MS = 10_000;

  private final Scene scene;
  private final List<Board> boards = new ArrayList<>();

  Boards(Scene scene) {
    this.scene = scene;
    for (int site = 0; site < scene.settings.sites(); site++) {
      boards.add(blank());
      int from = site;
      if (scene.settings.faults().any()) { // else there is nothing that they could have missed
        scene.agenda.in(REPAIR_MS, () -> repair(from, from));
      }
    }
  }

  Board at(int site) {
    return boards.get(site);
  }

  void publish(int site, NodeEffect.Publish publish) {
    Offering offering = new Offering(publish.digest(), publish.inventory());
    boards.get(site).offer(offering);
    for (int other = 0; other < boards.size(); other++) {
      if (other != site) {
        int to = other;
        scene.send(site, to, () -> boards.get(to).offer(offering));
      }
    }
  }

  void publish(int site, DemandDigest demand) {
    boards.get(site).want(demand);
    List<Arrival> arrivals = boards.get(site).arrivals();
    for (int other = 0; other < boards.size(); other++) {
      if (other != site) {
        int to = other;
        scene.send(
            site,
            to,
            () -> {
              boards.get(to).want(demand);
              boards.get(to).expect(arrivals);
            });
      }
    }
  }

  /** The site comes back without memory; another one sends it all. */
  void restart(int site) {
    boards.set(site, blank());
    sendAll((site + 1) % boards.size(), site);
  }

  private void repair(int site, int last) {
    int next = (last + 1) % boards.size();
    if (next != site) {
      sendAll(site, next);
    }
    scene.agenda.in(REPAIR_MS, () -> repair(site, next));
  }

  private void sendAll(int from, int to) {
    List<Offering> offerings = boards.get(from).offerings();
    List<DemandDigest> demands = boards.get(from).demands();
    scene.send(
        from,
        to,
        () -> {
          offerings.forEach(boards.get(to)::offer);
          demands.forEach(boards.get(to)::want);
        });
  }

  private Board blank() {
    return new Board(scene.settings.byChance(), scene.chance.split());
  }
}
