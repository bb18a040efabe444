// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.journal.Port;
import io.mosu.scheduler.model.Wire;
import java.util.function.IntFunction;
import org.jspecify.annotations.Nullable;

/**
 * One sharded entity: at most one owner serves it, but one that was replaced may not know it yet.
 *
 * @param <L> ledger
 * @param <E> events
 * @param <F> effects
 */
final class Entity<L, E, F> {

  /** Of a thousand messages while a twin lives, those that still reach it. */
  private static final int MISLED = 300;

  /** Of a thousand crashes, those where the old owner lives on for a while. */
  private static final int TWINS = 300;

  /** Takes answers to clients. */
  interface Answers {
    void answer(long asker, Wire answer, int site);
  }

  final String name;
  final Log<L, E> log;
  private final Scene scene;
  private final IntFunction<Port<L, E, F>> ports;
  private final Answers answers;
  private @Nullable Owner<L, E, F> owner;
  private @Nullable Owner<L, E, F> twin;

  Entity(
      String name, Scene scene, Log<L, E> log, IntFunction<Port<L, E, F>> ports, Answers answers) {
    this.name = name;
    this.scene = scene;
    this.log = log;
    this.ports = ports;
    this.answers = answers;
  }

  /** Where it is served, or was last. */
  int site() {
    Owner<L, E, F> now = owner;
    return now == null ? 0 : now.site;
  }

  void start(int site) {
    Owner<L, E, F> fresh = new Owner<>(scene, this, ports.apply(site), site);
    owner = fresh;
    fresh.recover();
  }

  void hear(Wire message) {
    Owner<L, E, F> old = twin;
    Owner<L, E, F> now = owner;
    if (old != null && old.alive() && scene.chance.perMille(MISLED)) {
      old.hear(message);
    } else if (now != null) {
      now.hear(message);
    }
  }

  void answer(long asker, Wire answer, int site) {
    answers.answer(asker, answer, site);
  }

  /** Ends this life, or leaves it behind as a twin, and begins another one elsewhere. */
  void crash() {
    Owner<L, E, F> old = owner;
    if (old == null || !old.alive()) {
      return; // a successor is on its way
    }
    scene.chronicle.tell(() -> name + " crashes");
    WorldSettings.Faults faults = scene.settings.faults();
    if (faults.twinMaxMs() > 0 && scene.chance.perMille(TWINS)) {
      scene.chronicle.count("twin");
      retire(twin);
      twin = old;
      owner = null;
      scene.agenda.in(scene.chance.between(1, faults.twinMaxMs()), old::die);
    } else {
      old.die();
    }
    succeed();
  }

  /** A life found that another one writes in its place. */
  void lost(Owner<L, E, F> loser) {
    loser.die();
    if (loser == owner) {
      succeed();
    }
  }

  private void succeed() {
    long recoveryMs = scene.chance.between(1, scene.settings.faults().recoveryMaxMs());
    scene.agenda.in(recoveryMs, () -> start(scene.chance.below(scene.settings.sites())));
  }

  private static void retire(@Nullable Owner<?, ?, ?> old) {
    if (old != null) {
      old.die();
    }
  }
}
