// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.BoardActor;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.journal.JournaledActor.Surroundings;
import io.mosu.scheduler.journal.StoreGate;
import io.mosu.scheduler.journal.Tally;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Terms;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.tenant.TenantEntity;
import io.mosu.scheduler.tenant.TenantTerms;
import io.mosu.scheduler.wire.SerializationGuard;
import java.util.SplittableRandom;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.cluster.sharding.typed.ShardingEnvelope;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;
import org.apache.pekko.cluster.sharding.typed.javadsl.Entity;
import org.jspecify.annotations.Nullable;

/** The parts of one scheduler node, wired together: board, shard regions, the database's gate. */
final class SchedulerNode {

  private final MosuSettings settings;
  private final Board board;
  private final Tally tally = new Tally();
  private final StoreGate gate = new StoreGate();
  private final ClusterSharding sharding;

  /**
   * Starts the parts as children of {@code context}.
   *
   * @param journaled what the journal knows
   */
  SchedulerNode(
      ActorContext<?> context,
      MosuSettings settings,
      StoreProbe probe,
      StoreProbe.Journaled journaled) {
    SerializationGuard.check(context.getSystem());
    this.settings = settings;
    this.sharding = ClusterSharding.get(context.getSystem());
    this.board = new Board(settings.negotiation().byChance(), new SplittableRandom());
    board.await(journaled.nodes());
    board.know(journaled.tenants());
    context.spawn(GateActor.create(gate, probe), "gate");
    ActorRef<Wire> boards =
        context.spawn(BoardActor.create(board, settings.board().publish()), "board");
    initSharding(boards);
  }

  Board board() {
    return board;
  }

  Tally tally() {
    return tally;
  }

  StoreGate gate() {
    return gate;
  }

  ClusterSharding sharding() {
    return sharding;
  }

  private void initSharding(ActorRef<Wire> boards) {
    Surroundings around = new Surroundings(gate, tally);
    Regions regions = new Regions();
    regions.nodes =
        sharding.init(
            Entity.of(
                    NodeEntity.TYPE_KEY,
                    entity ->
                        NodeEntity.create(
                            new NodeId(entity.getEntityId()),
                            nodeTerms(settings),
                            settings.health(),
                            board,
                            message ->
                                Regions.tell(regions.tenants, message.tenant().value(), message),
                            publish ->
                                boards.tell(
                                    new BoardActor.Published(
                                        new Offering(publish.digest(), publish.inventory()))),
                            around))
                .withStopMessage(JournaledActor.Stop.INSTANCE));
    regions.tenants =
        sharding.init(
            Entity.of(
                    TenantEntity.TYPE_KEY,
                    entity ->
                        TenantEntity.create(
                            new TenantId(entity.getEntityId()),
                            tenantTerms(settings),
                            board,
                            message -> Regions.tell(regions.nodes, message.node().value(), message),
                            demand -> boards.tell(new BoardActor.Wanted(demand)),
                            around))
                .withStopMessage(JournaledActor.Stop.INSTANCE));
  }

  static NodeTerms nodeTerms(MosuSettings settings) {
    return new NodeTerms(
        settings.lease().ttl().toMillis(),
        settings.lease().renew().toMillis(),
        settings.lease().skew().toMillis(),
        settings.negotiation().resend().toMillis());
  }

  static TenantTerms tenantTerms(MosuSettings settings) {
    MosuSettings.Negotiation negotiation = settings.negotiation();
    return new TenantTerms(
        new Terms(
            negotiation.asked(),
            negotiation.deadline().toMillis(),
            negotiation.hold().toMillis(),
            negotiation.rounds(),
            negotiation.resend().toMillis(),
            negotiation.giveUp().toMillis(),
            negotiation.liveLimit()),
        settings.tenant().jobsLimit(),
        settings.tenant().lossesLimit(),
        settings.tenant().reserveAfter().toMillis(),
        settings.tenant().review().toMillis());
  }

  /** Each kind of entity speaks to the other, so the one started first learns of it later. */
  private static final class Regions {
    private volatile @Nullable ActorRef<ShardingEnvelope<Wire>> nodes;
    private volatile @Nullable ActorRef<ShardingEnvelope<Wire>> tenants;

    /** Before the region is there, nobody can have asked for an answer: the message is dropped. */
    private static void tell(
        @Nullable ActorRef<ShardingEnvelope<Wire>> region, String entity, Wire message) {
      if (region != null) {
        region.tell(new ShardingEnvelope<>(entity, message));
      }
    }
  }
}
