// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.TenantMessage;

/** What a node's rules want done outside. */
public sealed interface NodeEffect {

  /** Say something to a tenant. */
  record TellTenant(TenantMessage message) implements NodeEffect {}

  /** Say something to the agent, if one is connected. */
  record TellAgent(HostOrder order) implements NodeEffect {}

  /** Put the node's state on the boards. */
  record Publish(Digest digest, Inventory inventory) implements NodeEffect {}

  /** Answer a request from the edge. */
  record Reply(long asker, Wire answer) implements NodeEffect {}
}
