// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.NodeMessage;

/** What a tenant's rules want done outside. */
public sealed interface TenantEffect {

  /** Say something to a node. */
  record TellNode(NodeMessage message) implements TenantEffect {}

  /** Put the tenant's demand on the boards. */
  record Publish(DemandDigest demand) implements TenantEffect {}

  /** Answer a request from the edge. */
  record Reply(long asker, Wire answer) implements TenantEffect {}
}
