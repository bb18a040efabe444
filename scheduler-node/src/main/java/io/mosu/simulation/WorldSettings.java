// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.negotiation.Terms;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.tenant.TenantTerms;

/**
 * What a world is made of and what it suffers. Rates are in thousandths, times in milliseconds.
 *
 * @param sites scheduler nodes, each with a board of its own
 * @param byChance nodes that a board draws at random
 * @param network between entities
 * @param link between an agent and its door
 * @param journal of every entity
 * @param faults what goes wrong, and until when
 */
public record WorldSettings(
    int sites,
    int byChance,
    TenantTerms tenant,
    NodeTerms node,
    Network network,
    Link link,
    Journal journal,
    Faults faults) {

  /**
   * How messages between entities travel.
   *
   * @param delayMaxMs of an ordinary message, evenly spread from 1
   * @param late of a thousand, those that take up to {@code lateMaxMs}
   */
  public record Network(int lost, int doubled, int late, long delayMaxMs, long lateMaxMs) {}

  /** How frames of one connection travel: in order, some lost on the door's way to the entity. */
  public record Link(int lost, long delayMaxMs, long reconnectMaxMs) {}

  /**
   * How long a write takes until it is committed, and again until that is known.
   *
   * @param crashed of a thousand batches of effects, those in whose midst the entity crashes
   */
  public record Journal(long commitMaxMs, long answerMaxMs, int crashed) {}

  /**
   * Random faults.
   *
   * @param gapMs mean time between two
   * @param untilMs when they end; after that the network loses nothing either
   * @param lastsMaxMs how long a partition, a pause or an absence may last
   * @param twinMaxMs how long an owner that was replaced may live on
   */
  public record Faults(
      long gapMs, long untilMs, long lastsMaxMs, long recoveryMaxMs, long twinMaxMs) {
    public boolean any() {
      return gapMs > 0;
    }
  }

  /** Production's terms in a world that suffers everything at once. */
  public static WorldSettings stormy() {
    return new WorldSettings(
        3,
        1,
        new TenantTerms(new Terms(4, 200, 2_000, 3, 500, 2_000, 8), 1_000, 100, 20_000, 10_000),
        new NodeTerms(30_000, 5_000, 3_000, 500),
        new Network(20, 20, 10, 20, 8_000),
        new Link(10, 20, 3_000),
        new Journal(10, 5, 2),
        new Faults(1_500, 90_000, 50_000, 3_000, 2_000));
  }

  /** Production's terms where nothing goes wrong. */
  public static WorldSettings calm() {
    WorldSettings stormy = stormy();
    return new WorldSettings(
        stormy.sites(),
        stormy.byChance(),
        stormy.tenant(),
        stormy.node(),
        new Network(0, 0, 0, 2, 0),
        new Link(0, 2, 100),
        new Journal(5, 1, 0),
        new Faults(0, 0, 0, 0, 0));
  }
}
