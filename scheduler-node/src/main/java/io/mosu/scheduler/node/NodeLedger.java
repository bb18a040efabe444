// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Wire;
import java.util.List;
import java.util.Optional;
import org.pcollections.HashTreePMap;
import org.pcollections.HashTreePSet;
import org.pcollections.PMap;
import org.pcollections.PSet;

/**
 * What a node has journaled. No device share is leased twice: a ledger in which one is cannot be
 * made.
 *
 * @param epoch the owner epoch, 0 before the first owner
 * @param inventory empty until an agent has spoken for the node
 * @param speaker whose word counts; empty until an agent has told who it is
 * @param lastToken the highest lease token ever given
 * @param lost tokens of those leases whose tasks are gone with their host
 * @param kept tokens of those leases whose tasks go on while their agent is silent
 * @param standing what is free but not to be leased, and which leases are to end for it
 * @param free the inventory less all leases
 */
public record NodeLedger(
    long epoch,
    Optional<Inventory> inventory,
    Optional<Speaker> speaker,
    long lastToken,
    PMap<NegotiationId, Lease> leases,
    PSet<Long> lost,
    PSet<Long> kept,
    Freeze freeze,
    Standing standing,
    Room free)
    implements Wire {

  public static final NodeLedger BLANK =
      of(0, Optional.empty(), 0, HashTreePMap.empty(), HashTreePSet.empty());

  public NodeLedger {
    if (!free.valid()) {
      throw new IllegalStateException("over-leased: " + free);
    }
  }

  /** Rebuilds a ledger from what a snapshot holds. */
  public static NodeLedger of(
      long epoch,
      Optional<Inventory> inventory,
      Optional<Speaker> speaker,
      long lastToken,
      PMap<NegotiationId, Lease> leases,
      PSet<Long> lost,
      PSet<Long> kept,
      Freeze freeze,
      Standing standing) {
    Room free = free(inventory, leases);
    return new NodeLedger(
        epoch, inventory, speaker, lastToken, leases, lost, kept, freeze, standing, free);
  }

  /** One whose agent did not tell who it is, never frozen, all sound. */
  public static NodeLedger of(
      long epoch,
      Optional<Inventory> inventory,
      long lastToken,
      PMap<NegotiationId, Lease> leases,
      PSet<Long> lost) {
    return of(
        epoch,
        inventory,
        Optional.empty(),
        lastToken,
        leases,
        lost,
        HashTreePSet.empty(),
        Freeze.NONE,
        Standing.SOUND);
  }

  /**
   * The ledger after {@code event}; an event that cannot follow this state is a corrupt journal.
   */
  public NodeLedger apply(NodeEvent event) {
    if (event instanceof NodeEvent.EpochClaimed claimed) {
      if (claimed.epoch() <= epoch) {
        throw new IllegalStateException("epoch " + claimed.epoch() + " after " + epoch);
      }
      return new NodeLedger(
          claimed.epoch(),
          inventory,
          speaker,
          lastToken,
          leases,
          lost,
          kept,
          freeze,
          standing,
          free);
    } else if (event instanceof NodeEvent.Registered registered) {
      Optional<Inventory> now = Optional.of(registered.inventory());
      Optional<Speaker> who = registered.speaker();
      boolean rebooted = !who.map(Speaker::boot).equals(speaker.map(Speaker::boot));
      return of(
          epoch,
          now,
          who,
          lastToken,
          leases,
          lost,
          kept,
          freeze,
          rebooted ? standing.rebooted() : standing);
    } else if (event instanceof NodeEvent.AgentForgotten) {
      return new NodeLedger(
          epoch,
          inventory,
          Optional.empty(),
          lastToken,
          leases,
          lost,
          kept,
          freeze,
          standing,
          free);
    } else if (event instanceof NodeEvent.Frozen frozen) {
      return frozen(new Freeze(frozen.untilMs(), frozen.reason(), false));
    } else if (event instanceof NodeEvent.Thawed) {
      return frozen(new Freeze(freeze.untilMs(), freeze.reason(), true));
    } else if (event instanceof NodeEvent.Leased leased) {
      Lease lease = leased.lease();
      if (lease.token() <= lastToken || leases.containsKey(lease.negotiation())) {
        throw new IllegalStateException("lease " + lease + " after token " + lastToken);
      }
      return leases(
          lease.token(),
          leases.plus(lease.negotiation(), lease),
          lost,
          kept,
          free.minus(lease.grant()));
    } else if (event instanceof NodeEvent.LeaseKept on) {
      long token = leased(on.negotiation(), on.token()).token();
      return leases(lastToken, leases, lost, kept.plus(token), free);
    } else if (event instanceof NodeEvent.Lost gone) {
      long token = leased(gone.negotiation(), gone.token()).token();
      return leases(lastToken, leases, lost.plus(token), kept, free);
    } else if (event instanceof NodeEvent.Ending ends) {
      long token = leased(ends.negotiation(), ends.token()).token();
      return standing(standing.ending(token, ends.exit()));
    } else if (event instanceof NodeEvent.DeviceGraded graded) {
      return standing(standing.graded(graded.uuid(), graded.health()));
    } else if (event instanceof NodeEvent.Drained drained) {
      return standing(standing.drain(drained.drain()));
    } else if (event instanceof NodeEvent.Released released) {
      Lease lease = leased(released.negotiation(), released.token());
      return leases(
              lastToken,
              leases.minus(released.negotiation()),
              lost.minus(released.token()),
              kept.minus(released.token()),
              free.plus(lease.grant()))
          .standing(standing.released(released.token()));
    }
    throw new IllegalStateException("unknown event " + event);
  }

  private NodeLedger frozen(Freeze now) {
    return new NodeLedger(
        epoch, inventory, speaker, lastToken, leases, lost, kept, now, standing, free);
  }

  private NodeLedger standing(Standing now) {
    return new NodeLedger(
        epoch, inventory, speaker, lastToken, leases, lost, kept, freeze, now, free);
  }

  /** What is free and to be leased. */
  public Room offered() {
    return inventory.map(known -> standing.offered(free, known)).orElse(free);
  }

  /** What is free on sound devices, whether the node is drained or not. */
  Room sound() {
    return inventory.map(known -> standing.sound(free, known)).orElse(free);
  }

  /** Which devices are not leased for their health, bit by index. */
  long faulty() {
    return inventory.map(standing::faulty).orElse(0L);
  }

  private NodeLedger leases(
      long token, PMap<NegotiationId, Lease> now, PSet<Long> gone, PSet<Long> on, Room left) {
    return new NodeLedger(epoch, inventory, speaker, token, now, gone, on, freeze, standing, left);
  }

  private Lease leased(NegotiationId negotiation, long token) {
    Lease lease = leases.get(negotiation);
    if (lease == null || lease.token() != token) {
      throw new IllegalStateException("no lease " + token + " of " + negotiation);
    }
    return lease;
  }

  /**
   * Whether the greeting says nothing new: its agent has come back, through another door perhaps.
   */
  boolean knows(HostReport.Hello hello) {
    return speaker.orElse(Speaker.UNKNOWN).equals(hello.speaker())
        && inventory.equals(Optional.of(hello.inventory()));
  }

  /** Whether the leases of now would fit {@code changed}, on the same cards. */
  boolean allows(Inventory changed) {
    return sameDevices(changed) && subtract(Room.all(changed), leases).valid();
  }

  /** Whether each device that is leased now has the same index in {@code changed}. */
  boolean sameDevices(Inventory changed) {
    List<Device> before = inventory.map(Inventory::devices).orElse(List.of());
    return leases.values().stream()
        .flatMap(lease -> lease.grant().devices().stream())
        .allMatch(
            index ->
                index < Math.min(before.size(), changed.devices().size())
                    && before.get(index).uuid().equals(changed.devices().get(index).uuid()));
  }

  private static Room free(Optional<Inventory> inventory, PMap<NegotiationId, Lease> leases) {
    return inventory.map(i -> subtract(Room.all(i), leases)).orElseGet(() -> new Room(0, 0));
  }

  private static Room subtract(Room room, PMap<NegotiationId, Lease> leases) {
    Room left = room;
    for (Lease lease : leases.values()) {
      Grant grant = lease.grant();
      left = left.minus(grant);
    }
    return left;
  }
}
