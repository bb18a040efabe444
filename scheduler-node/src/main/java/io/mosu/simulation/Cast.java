// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.agent.HostEffects;
import io.mosu.scheduler.journal.Port;
import io.mosu.scheduler.node.NodeEffect;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.TenantEffect;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;

/**
 * Who plays in a world. Unless overridden it is what ships; the checker's own tests put others in.
 */
public interface Cast {

  /** What ships. */
  Cast SHIPPED = new Cast() {};

  default Port<NodeLedger, NodeEvent, NodeEffect> node(
      Port<NodeLedger, NodeEvent, NodeEffect> shipped) {
    return shipped;
  }

  default Port<TenantLedger, TenantEvent, TenantEffect> tenant(
      Port<TenantLedger, TenantEvent, TenantEffect> shipped) {
    return shipped;
  }

  default HostEffects agent(HostEffects shipped) {
    return shipped;
  }
}
