// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One node's ledger, rebuilt from its journal by the rules that wrote it. */
final class NodeFold {
  private NodeLedger ledger = NodeLedger.BLANK;
  private final Map<Long, Lease> granted = new HashMap<>();

  NodeLedger ledger() {
    return ledger;
  }

  long leasesGranted() {
    return granted.size();
  }

  /** The lease of that token, whether or not it is over; null if it was never given. */
  @Nullable Lease granted(long token) {
    return granted.get(token);
  }

  /** What {@code event} breaks, if it can be applied at all. */
  Optional<Violation> apply(NodeEvent event, String entity) {
    Optional<Violation> broken = Optional.empty();
    if (event instanceof NodeEvent.EpochClaimed claimed && claimed.epoch() != ledger.epoch() + 1) {
      broken = Optional.of(epoch(entity, claimed.epoch(), ledger.epoch()));
    }
    ledger = ledger.apply(event);
    if (event instanceof NodeEvent.Leased leased) {
      granted.put(leased.lease().token(), leased.lease());
    }
    return broken;
  }

  static Violation epoch(String entity, long epoch, long before) {
    return new Violation(Violation.Rule.EPOCHS, entity, "epoch " + epoch + " after " + before);
  }
}
