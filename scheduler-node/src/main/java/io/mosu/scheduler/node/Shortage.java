// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.placement.Fit;

/** Why a shape does not fit a node now: the reason in general, and the numbers. */
record Shortage(Refusal reason, String detail) {

  /** A drain and broken devices come first: other work's end would not help. */
  static Shortage of(NodeLedger ledger, Inventory inventory, Shape shape) {
    Standing standing = ledger.standing();
    if (standing.drain().begun()) {
      return new Shortage(Refusal.DRAINING, standing.drain().inWords());
    }
    if (Fit.grant(inventory, ledger.free(), shape).isPresent()) {
      return new Shortage(Refusal.DEVICE_FAULT, standing.inWords(inventory));
    }
    return new Shortage(
        Fit.reason(inventory, shape), Fit.shortage(inventory, ledger.offered(), shape));
  }
}
