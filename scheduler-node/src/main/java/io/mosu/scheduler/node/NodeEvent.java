// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Wire;
import java.util.Optional;

/** What a node journals. */
public sealed interface NodeEvent extends Wire {

  /** A new owner took over; {@code epoch} is one higher than the last. */
  record EpochClaimed(long epoch) implements NodeEvent {}

  /** The agent told, for the first time or anew, what the host has. */
  record Registered(Inventory inventory, Optional<Speaker> speaker) implements NodeEvent {
    /** By an agent that does not tell who it is. */
    public Registered(Inventory inventory) {
      this(inventory, Optional.empty());
    }
  }

  /** An operator said that the agent is gone for good: the next one to speak is taken. */
  record AgentForgotten(long atMs) implements NodeEvent {}

  /** The task of this lease goes on while its agent is silent. */
  record LeaseKept(NegotiationId negotiation, long token) implements NodeEvent {}

  /** Leases do not run out until then. */
  record Frozen(long untilMs, String reason, long atMs) implements NodeEvent {}

  /** The freeze was ended early. */
  record Thawed(long atMs) implements NodeEvent {}

  /** Devices were granted. */
  record Leased(Lease lease) implements NodeEvent {}

  /**
   * The agent was silent for so long that its task counts as gone. The tenant is told only then, so
   * that no later owner starts the task after all.
   */
  record Lost(NegotiationId negotiation, long token, long atMs) implements NodeEvent {}

  /** A device's health changed. */
  record DeviceGraded(String uuid, DeviceHealth health) implements NodeEvent {}

  /** The node itself ends the task of this lease, which is to count as ended by {@code exit}. */
  record Ending(NegotiationId negotiation, long token, Exit exit, long atMs) implements NodeEvent {}

  /** Operators drain the node, plan to, or no more: then {@code drain} is {@link Drain#NONE}. */
  record Drained(Drain drain, long atMs) implements NodeEvent {}

  /** Devices came free. */
  record Released(NegotiationId negotiation, long token, long atMs) implements NodeEvent {}
}
