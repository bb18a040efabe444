// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.journal.Port;

/** How a node's journal becomes its ledger, in every world. */
public interface NodeFold extends Port<NodeLedger, NodeEvent, NodeEffect> {

  @Override
  default NodeLedger blank() {
    return NodeLedger.BLANK;
  }

  @Override
  default NodeLedger apply(NodeLedger ledger, NodeEvent event) {
    return ledger.apply(event);
  }

  @Override
  default NodeEvent claim(NodeLedger ledger) {
    return new NodeEvent.EpochClaimed(ledger.epoch() + 1);
  }
}
