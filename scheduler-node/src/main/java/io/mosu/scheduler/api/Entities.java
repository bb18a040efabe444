// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.tenant.TenantQuery;
import java.time.Duration;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorRef;

/** Asks tenants and nodes wherever they are; silence fails the stage with a time-out. */
public interface Entities {

  CompletionStage<Wire> tenant(TenantId tenant, TenantQuery query, Duration patience);

  CompletionStage<Wire> node(NodeId node, NodeQuery query, Duration patience);

  CompletionStage<Wire> log(LogRead read, Duration patience);

  /** Asks the agent's session for a stream; {@code client} hears of it. */
  void openStream(StreamOpen open, ActorRef<Wire> client);
}
