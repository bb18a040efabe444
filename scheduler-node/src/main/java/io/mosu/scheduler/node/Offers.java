// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.node.Holds.Hold;
import io.mosu.scheduler.node.NodeEffect.TellTenant;
import io.mosu.scheduler.placement.Choice;
import io.mosu.scheduler.placement.Fit;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;

/** What a node offers to those who call: room that it holds for a moment, or keeps for a job. */
final class Offers {

  /** How many tenants hear of room that came free. */
  private static final int INVITED_MAX = 2;

  private final NodeId id;
  private final Demand demand;
  private final HostCare host;
  private final Supplier<Digest> digest;
  private final Holds holds = new Holds();
  private final Reservation reservation = new Reservation();

  Offers(NodeId id, Demand demand, HostCare host, Supplier<Digest> digest) {
    this.id = id;
    this.demand = demand;
    this.host = host;
    this.digest = digest;
  }

  /** Answers the call; whether room is kept for another job than before. */
  boolean onCall(
      CallForProposals call, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    holds.remove(call.negotiation()); // a double of the call is answered afresh
    Inventory inventory = ledger.inventory().orElseThrow();
    boolean known = reservation.isFor(call.job());
    Optional<List<Lease>> going = going(call, ledger, inventory);
    going.ifPresent(leases -> reservation.keep(call, now.tickMs()));
    Optional<Choice> choice = choice(ledger, call.shape(), call.job());
    if (choice.isEmpty()) {
      choice = wound(call, ledger, inventory, out);
    }
    if (choice.isPresent() && !holds.full()) {
      Choice best = choice.get();
      holds.put(
          new Hold(call.negotiation(), call.rank(), best.grant(), now.tickMs() + call.holdMs()));
      out.now(
          new TellTenant(
              new TenantMessage.Proposal(
                  call.job().tenant(), call.negotiation(), id, best.damage(), digest.get())));
    } else if (choice.isPresent()) {
      decline(call, Refusal.HELD, "too many negotiations at once", out);
    } else {
      onShortage(call, ledger, inventory, going, out);
    }
    return going.isPresent() && !known;
  }

  /**
   * The leases that are to be asked back so that room can be kept for the call's job; empty if none
   * is to be kept, or it would never be enough.
   */
  private Optional<List<Lease>> going(
      CallForProposals call, NodeLedger ledger, Inventory inventory) {
    if (!reservation.yieldsTo(call) || !Fit.everFits(inventory, call.shape())) {
      return Optional.empty();
    }
    Room room = ledger.offered();
    if (!call.reclaim() || Fit.grant(inventory, room, call.shape()).isPresent()) {
      return Optional.of(List.of());
    }
    List<Lease> staying = new ArrayList<>();
    for (Lease lease : ledger.leases().values()) {
      if (host.ending(lease)) {
        room = room.plus(lease.grant());
      } else {
        staying.add(lease);
      }
    }
    return reservation.toReclaim(inventory, room, call.shape(), staying, demand);
  }

  /** Takes younger negotiations' holds, where these are all that is in the way. */
  private Optional<Choice> wound(
      CallForProposals call,
      NodeLedger ledger,
      Inventory inventory,
      Outcome<NodeEvent, NodeEffect> out) {
    Room free = free(ledger, inventory, call.job());
    for (Hold hold : holds.wounded(inventory, free, call.shape(), call.rank()).orElse(List.of())) {
      holds.remove(hold.negotiation());
      decline(
          hold.rank().job().tenant(),
          hold.negotiation(),
          Refusal.WOUNDED,
          "an older negotiation took the hold",
          out);
    }
    return choice(ledger, call.shape(), call.job());
  }

  private void onShortage(
      CallForProposals call,
      NodeLedger ledger,
      Inventory inventory,
      Optional<List<Lease>> going,
      Outcome<NodeEvent, NodeEffect> out) {
    Shortage shortage = Shortage.of(ledger, inventory, call.shape());
    if (Fit.grant(inventory, room(ledger, inventory, call.job()), call.shape()).isPresent()) {
      decline(call, Refusal.HELD, "free, but held for an older negotiation", out);
    } else if (going.isPresent()) {
      for (Lease lease : going.get()) {
        out.now(
            new TellTenant(
                new TenantMessage.Reclaim(
                    lease.job().tenant(), lease.negotiation(), id, lease.job())));
      }
      decline(
          call,
          call.reclaim() ? Refusal.RECLAIMING : Refusal.RESERVING,
          shortage.detail() + ", kept for this job as it comes free",
          out);
    } else if (Fit.grant(inventory, ledger.offered(), call.shape()).isPresent()
        || (call.reserveMs() > 0 && !reservation.yieldsTo(call))) {
      decline(call, Refusal.RESERVED, "kept for a job that goes first", out);
    } else {
      decline(call, shortage.reason(), shortage.detail(), out);
    }
  }

  /** The room for {@code award}; empty if its hold ran out and the room is gone. */
  Optional<Grant> take(NodeMessage.Award award, NodeLedger ledger, boolean open) {
    Hold held = holds.remove(award.negotiation());
    if (held != null) {
      return Optional.of(held.grant());
    }
    return open ? choice(ledger, award.shape(), award.job()).map(Choice::grant) : Optional.empty();
  }

  /** The job has what was kept for it. */
  void leased(JobId job) {
    reservation.end(job);
  }

  /** Whether room that was kept is for all again. */
  boolean withdraw(NodeMessage.Withdrawal withdrawal) {
    holds.remove(withdrawal.negotiation());
    return withdrawal.unreserve()
        && withdrawal.negotiation().job().map(reservation::end).orElse(false);
  }

  /** Holds promise what is there no more: an award is checked afresh. */
  void clearHolds() {
    holds.clear();
  }

  /** Whether room that was kept is for all again. */
  boolean expire(long nowTickMs) {
    holds.expire(nowTickMs);
    return reservation.expire(nowTickMs);
  }

  long nextTickMs() {
    return Math.min(holds.nextTickMs(), reservation.nextTickMs());
  }

  /** What of {@code room} those may have for whom nothing is kept. */
  Room forAll(NodeLedger ledger, Room room) {
    return ledger.inventory().map(i -> reservation.besides(i, room)).orElse(room);
  }

  /** Whether room is kept for a job. */
  boolean keeps() {
    return reservation.stands();
  }

  /** Which devices are leased beyond their tenants' guarantees, bit by index. */
  long lent(NodeLedger ledger) {
    long lent = 0;
    for (Lease lease : ledger.leases().values()) {
      long milli = lease.grant().totalGpuMilli();
      if (milli > 0 && demand.borrowedMilli(lease.job().tenant()) >= milli) {
        for (int device : lease.grant().devices()) {
          lent |= 1L << device;
        }
      }
    }
    return lent;
  }

  /** Tells those that may want it of room that came free. */
  void invite(NodeLedger ledger, Outcome<NodeEvent, NodeEffect> out) {
    Inventory inventory = ledger.inventory().orElseThrow();
    Room offered = ledger.offered();
    reservation.complete(inventory, offered).ifPresent(tenant -> invite(tenant, out));
    Room rest = reservation.besides(inventory, offered);
    demand.deserving(inventory, rest, INVITED_MAX).forEach(tenant -> invite(tenant, out));
  }

  private void invite(TenantId tenant, Outcome<NodeEvent, NodeEffect> out) {
    out.after(new TellTenant(new TenantMessage.Invitation(tenant, id, digest.get())));
  }

  /** What the job could have if nobody held anything. */
  private Room room(NodeLedger ledger, Inventory inventory, JobId job) {
    Room offered = ledger.offered();
    return reservation.isFor(job) ? offered : reservation.besides(inventory, offered);
  }

  private Room free(NodeLedger ledger, Inventory inventory, JobId job) {
    Room free = holds.besides(ledger.offered());
    return reservation.isFor(job) ? free : reservation.besides(inventory, free);
  }

  private Optional<Choice> choice(NodeLedger ledger, Shape shape, JobId job) {
    return ledger
        .inventory()
        .flatMap(i -> Choice.best(i, free(ledger, i, job), shape, demand.mix()));
  }

  private void decline(
      CallForProposals call, Refusal why, String detail, Outcome<NodeEvent, NodeEffect> out) {
    decline(call.job().tenant(), call.negotiation(), why, detail, out);
  }

  void decline(
      TenantId tenant,
      NegotiationId negotiation,
      Refusal reason,
      String detail,
      Outcome<NodeEvent, NodeEffect> out) {
    out.now(
        new TellTenant(
            new TenantMessage.Declined(tenant, negotiation, id, reason, detail, digest.get())));
  }
}
