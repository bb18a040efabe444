// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.journal.StoreGate;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.tenant.TenantEntity;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeoutException;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** The entities of the cluster. */
public final class ShardedEntities implements Entities {
  private final ClusterSharding sharding;
  private final StoreGate gate;

  public ShardedEntities(ClusterSharding sharding, StoreGate gate) {
    this.sharding = sharding;
    this.gate = gate;
  }

  @Override
  public CompletionStage<Wire> tenant(TenantId tenant, TenantQuery query, Duration patience) {
    CompletionStage<Wire> answer =
        sharding
            .entityRefFor(TenantEntity.TYPE_KEY, tenant.value())
            .ask((ActorRef<Wire> replyTo) -> new JournaledActor.Asked(query, replyTo), patience);
    return query.writes() ? answer : explained(answer);
  }

  @Override
  public CompletionStage<Wire> node(NodeId node, NodeQuery query, Duration patience) {
    CompletionStage<Wire> answer =
        sharding
            .entityRefFor(NodeEntity.TYPE_KEY, node.value())
            .ask((ActorRef<Wire> replyTo) -> new JournaledActor.Asked(query, replyTo), patience);
    return query instanceof NodeQuery.Show ? explained(answer) : answer;
  }

  @Override
  public CompletionStage<Wire> log(LogRead read, Duration patience) {
    return sharding
        .entityRefFor(NodeEntity.TYPE_KEY, read.node().value())
        .ask((ActorRef<Wire> replyTo) -> new NodeEntity.ReadLog(read, replyTo), patience);
  }

  @Override
  public void openStream(StreamOpen open, ActorRef<Wire> client) {
    sharding
        .entityRefFor(NodeEntity.TYPE_KEY, open.node().value())
        .tell(new NodeEntity.OpenStream(open, client));
  }

  /** Who is silent while the database is away is not in memory, and cannot come there now. */
  private CompletionStage<Wire> explained(CompletionStage<Wire> answer) {
    return answer.exceptionallyCompose(
        failure ->
            !gate.open() && Answers.cause(failure) instanceof TimeoutException
                ? CompletableFuture.completedFuture(
                    new Refused(
                        Refusal.STORE_UNAVAILABLE,
                        "the database is away, and what was asked for is not in memory"))
                : CompletableFuture.failedFuture(failure));
  }
}
