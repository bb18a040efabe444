// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.journal.JournaledActor.Surroundings;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.Supply;
import java.util.SplittableRandom;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.cluster.sharding.typed.javadsl.EntityTypeKey;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.jspecify.annotations.Nullable;

/** The sharded actor around one {@link Tenant}. It holds no rule of its own. */
public final class TenantEntity implements TenantFold {

  public static final EntityTypeKey<Wire> TYPE_KEY = EntityTypeKey.create(Wire.class, "Tenant");

  /** Rare, because a snapshot holds every job that is kept. */
  private static final int SNAPSHOT_EVERY = 10_000;

  private final TenantId id;
  private final TenantTerms terms;
  private final Supply supply;
  private final Consumer<NodeMessage> nodes;
  private final Consumer<DemandDigest> board;

  public static Behavior<Wire> create(
      TenantId id,
      TenantTerms terms,
      Supply supply,
      Consumer<NodeMessage> nodes,
      Consumer<DemandDigest> board,
      Surroundings around) {
    return JournaledActor.create(
        PersistenceId.of(TYPE_KEY.name(), id.value()),
        new TenantEntity(id, terms, supply, nodes, board),
        around,
        SNAPSHOT_EVERY);
  }

  private TenantEntity(
      TenantId id,
      TenantTerms terms,
      Supply supply,
      Consumer<NodeMessage> nodes,
      Consumer<DemandDigest> board) {
    this.id = id;
    this.terms = terms;
    this.supply = supply;
    this.nodes = nodes;
    this.board = board;
  }

  @Override
  public TenantId id() {
    return id;
  }

  @Override
  public Tenant rules(TenantLedger ledger, Moment now) {
    return new Tenant(
        id, ledger, terms, supply, new SplittableRandom(id.hashCode() ^ now.tickMs()), now);
  }

  @Override
  public @Nullable Wire receive(Wire message) {
    return message;
  }

  @Override
  public boolean readOnly(Wire message) {
    return message instanceof TenantQuery query && !query.writes();
  }

  @Override
  public void carryOut(TenantEffect effect, Askers askers) {
    if (effect instanceof TenantEffect.TellNode tell) {
      nodes.accept(tell.message());
    } else if (effect instanceof TenantEffect.Publish publish) {
      board.accept(publish.demand());
    } else if (effect instanceof TenantEffect.Reply reply) {
      askers.answer(reply.asker(), reply.answer());
    }
  }
}
