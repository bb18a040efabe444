// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.journal.JournaledActor;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.tenant.TenantEntity;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.sharding.typed.javadsl.ClusterSharding;

/** The entities of the cluster. */
public final class ShardedEntities implements Entities {
  private final ClusterSharding sharding;

  public ShardedEntities(ClusterSharding sharding) {
    this.sharding = sharding;
  }

  @Override
  public CompletionStage<Wire> tenant(TenantId tenant, TenantQuery query, Duration patience) {
    return sharding
        .entityRefFor(TenantEntity.TYPE_KEY, tenant.value())
        .ask((ActorRef<Wire> replyTo) -> new JournaledActor.Asked(query, replyTo), patience);
  }

  @Override
  public CompletionStage<Wire> node(NodeId node, NodeQuery query, Duration patience) {
    return sharding
        .entityRefFor(NodeEntity.TYPE_KEY, node.value())
        .ask((ActorRef<Wire> replyTo) -> new JournaledActor.Asked(query, replyTo), patience);
  }

  @Override
  public CompletionStage<Wire> log(LogRead read, Duration patience) {
    return sharding
        .entityRefFor(NodeEntity.TYPE_KEY, read.node().value())
        .ask((ActorRef<Wire> replyTo) -> new NodeEntity.ReadLog(read, replyTo), patience);
  }
}
