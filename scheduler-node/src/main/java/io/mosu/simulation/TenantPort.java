// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.tenant.Tenant;
import io.mosu.scheduler.tenant.TenantEffect;
import io.mosu.scheduler.tenant.TenantFold;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.SplittableRandom;

/** What a tenant's shell does, in a virtual world. */
final class TenantPort implements TenantFold {

  private final TenantId id;
  private final World world;
  private final int site;
  private final SplittableRandom random;

  TenantPort(TenantId id, World world, int site, SplittableRandom random) {
    this.id = id;
    this.world = world;
    this.site = site;
    this.random = random;
  }

  @Override
  public TenantId id() {
    return id;
  }

  @Override
  public Tenant rules(TenantLedger ledger, Moment now) {
    return new Tenant(id, ledger, world.settings().tenant(), world.board(site), random, now);
  }

  @Override
  public Wire receive(Wire message) {
    return message;
  }

  @Override
  public boolean readOnly(Wire message) {
    return false;
  }

  @Override
  public void carryOut(TenantEffect effect, Askers askers) {
    if (effect instanceof TenantEffect.TellNode tell) {
      world.tellNode(site, tell.message());
    } else if (effect instanceof TenantEffect.Publish publish) {
      world.boards().publish(site, publish.demand());
    } else if (effect instanceof TenantEffect.Reply reply) {
      askers.answer(reply.asker(), reply.answer());
    }
  }
}
