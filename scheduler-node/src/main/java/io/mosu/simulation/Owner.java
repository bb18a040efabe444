// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.journal.GroupCommit;
import io.mosu.scheduler.journal.Port;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Wire;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * One life of an entity on one site: it claims an epoch, then journals what the rules decide in
 * groups, and lets effects out when what they depend on is written.
 *
 * <p>It may die at any moment; what it was writing then is committed or not.
 *
 * @param <L> ledger
 * @param <E> events
 * @param <F> effects
 */
final class Owner<L, E, F> implements Port.Askers {

  private static final int STASH_MAX = 1_000;

  private final Scene scene;
  private final Entity<L, E, F> entity;
  private final Port<L, E, F> port;
  final int site;
  private final List<Wire> stash = new ArrayList<>();
  private @Nullable Rules<L, E, F> rules;
  private boolean alive = true;
  private final GroupCommit<E, F> commit = new GroupCommit<>(this::carryOut);
  private int sequence;
  private long wakeAtTickMs = Long.MAX_VALUE;

  Owner(Scene scene, Entity<L, E, F> entity, Port<L, E, F> port, int site) {
    this.scene = scene;
    this.entity = entity;
    this.port = port;
    this.site = site;
  }

  boolean alive() {
    return alive;
  }

  void die() {
    alive = false;
  }

  /** Reads the journal and claims the next epoch; until that is written, everything waits. */
  void recover() {
    L found = entity.log.replay();
    sequence = entity.log.size();
    write(
        List.of(port.claim(found)),
        () -> {
          rules = port.rules(entity.log.ledger(), scene.moment(site));
          wake();
          stash.forEach(this::hear);
          stash.clear();
        });
  }

  void hear(Wire message) {
    Rules<L, E, F> mine = rules;
    if (!alive) {
      return;
    }
    if (mine == null) {
      if (stash.size() < STASH_MAX) {
        stash.add(message);
      }
      return;
    }
    Wire seen = port.receive(message);
    if (seen != null) {
      mine.on(seen, scene.moment(site), commit);
      flush();
      plan(mine);
    }
  }

  @Override
  public void answer(long asker, Wire answer) {
    entity.answer(asker, answer, site);
  }

  private void carryOut(F effect) {
    if (alive) {
      port.carryOut(effect, this);
    }
  }

  private void flush() {
    List<E> batch = commit.next();
    if (batch.isEmpty()) {
      return;
    }
    write(
        batch,
        () -> {
          for (F effect : commit.written()) {
            if (alive && scene.stormy() && scene.chance.perMille(crashed())) {
              scene.chronicle.count("crash amid effects");
              entity.crash();
            }
            carryOut(effect);
          }
          flush();
        });
  }

  private int crashed() {
    return scene.settings.journal().crashed();
  }

  private void write(List<E> batch, Runnable written) {
    WorldSettings.Journal journal = scene.settings.journal();
    scene.agenda.in(
        scene.chance.between(1, journal.commitMaxMs()),
        () -> {
          boolean committed =
              (alive || scene.chance.perMille(500)) && entity.log.append(sequence, batch);
          sequence += batch.size();
          scene.agenda.in(
              scene.chance.between(0, journal.answerMaxMs()),
              () -> {
                if (!alive) {
                  return;
                }
                if (committed) {
                  written.run();
                } else {
                  scene.chronicle.count("write refused to a twin");
                  entity.lost(this);
                }
              });
        });
  }

  private void wake() {
    Rules<L, E, F> mine = rules;
    if (alive && mine != null) {
      wakeAtTickMs = Long.MAX_VALUE;
      mine.wake(scene.moment(site), commit);
      flush();
      plan(mine);
    }
  }

  private void plan(Rules<L, E, F> mine) {
    long next = mine.wakeAtTickMs();
    if (next < wakeAtTickMs) {
      wakeAtTickMs = next;
      scene.agenda.in(
          scene.untilTick(site, next),
          () -> {
            if (wakeAtTickMs == next) {
              wake();
            }
          });
    }
  }
}
