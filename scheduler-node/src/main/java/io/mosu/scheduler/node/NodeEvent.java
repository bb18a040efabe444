// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Wire;

/** What a node journals. */
public sealed interface NodeEvent extends Wire {

  /** A new owner took over; {@code epoch} is one higher than the last. */
  record EpochClaimed(long epoch) implements NodeEvent {}

  /** The agent told, for the first time or anew, what the host has. */
  record Registered(Inventory inventory) implements NodeEvent {}

  /** Devices were granted. */
  record Leased(Lease lease) implements NodeEvent {}

  /**
   * The agent was silent for so long that its task counts as gone. The tenant is told only then, so
   * that no later owner starts the task after all.
   */
  record Lost(NegotiationId negotiation, long token, long atMs) implements NodeEvent {}

  /** Devices came free. */
  record Released(NegotiationId negotiation, long token, long atMs) implements NodeEvent {}
}
