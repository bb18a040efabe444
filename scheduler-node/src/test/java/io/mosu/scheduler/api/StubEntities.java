// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.TimeoutException;
import java.util.function.BiConsumer;
import java.util.function.BiFunction;
import java.util.function.Function;
import org.apache.pekko.actor.typed.ActorRef;

/** Entities that answer what a test scripts, and keep what they were asked. */
final class StubEntities implements Entities {
  static final Wire SILENCE = new Wire() {};

  volatile BiFunction<TenantId, TenantQuery, Wire> tenants =
      (tenant, query) -> new Refused(Refusal.UNKNOWN_JOB, "no such job");
  volatile BiFunction<NodeId, NodeQuery, Wire> nodes = (node, query) -> SILENCE;
  volatile Function<LogRead, Wire> logs = read -> SILENCE;
  volatile BiConsumer<StreamOpen, ActorRef<Wire>> streams = (open, client) -> {};
  final List<TenantQuery> asked = new CopyOnWriteArrayList<>();

  @Override
  public CompletionStage<Wire> tenant(TenantId tenant, TenantQuery query, Duration patience) {
    asked.add(query);
    return answer(tenants.apply(tenant, query));
  }

  @Override
  public CompletionStage<Wire> node(NodeId node, NodeQuery query, Duration patience) {
    return answer(nodes.apply(node, query));
  }

  @Override
  public CompletionStage<Wire> log(LogRead read, Duration patience) {
    return answer(logs.apply(read));
  }

  @Override
  public void openStream(StreamOpen open, ActorRef<Wire> client) {
    streams.accept(open, client);
  }

  private static CompletionStage<Wire> answer(Wire answer) {
    return answer == SILENCE
        ? CompletableFuture.failedFuture(new TimeoutException("Ask timed out"))
        : CompletableFuture.completedFuture(answer);
  }
}
