// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.node.AgentContact.Verdict;
import io.mosu.scheduler.node.Care.Phase;
import io.mosu.scheduler.node.NodeEffect.Publish;
import io.mosu.scheduler.node.NodeEffect.Reply;
import io.mosu.scheduler.node.NodeEffect.TellTenant;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * The rules of one node: it never promises a device share to two negotiations at once, and gives up
 * a lease only when the tenant said so or the tenant keeps its end.
 */
public final class GpuNode implements Rules<NodeLedger, NodeEvent, NodeEffect> {

  /** Withdrawn negotiations remembered, so that an award that was overtaken leases nothing. */
  private static final int WITHDRAWN_MAX = 256;

  private final NodeId id;
  private final HostCare host;
  private final DeviceCare devices;
  private final NodeDesk desk;
  private final Registration registration;
  private final Offers offers;
  private final Set<NegotiationId> withdrawn =
      Collections.newSetFromMap(
          new LinkedHashMap<>() {
            @Override
            protected boolean removeEldestEntry(Map.Entry<NegotiationId, Boolean> eldest) {
              return size() > WITHDRAWN_MAX;
            }
          });
  private NodeLedger ledger;
  private long version;
  private long lent;
  private boolean published;

  /** The rules of a node that was just recovered: every lease counts as renewed now. */
  public GpuNode(
      NodeId id,
      NodeLedger ledger,
      NodeTerms terms,
      HealthPolicy policy,
      Demand demand,
      Moment now) {
    this.id = id;
    this.ledger = ledger;
    this.host = new HostCare(id, ledger, terms, now, this::journal);
    this.devices = new DeviceCare(id, ledger, policy, now, this::journal);
    this.desk = new NodeDesk(id, host, devices, ledger, now, this::journal);
    this.offers = new Offers(id, demand, host, this::digest);
    this.registration = new Registration(id, host, this::journal);
  }

  /** One that does not know what signs of devices mean. */
  public GpuNode(NodeId id, NodeLedger ledger, NodeTerms terms, Demand demand, Moment now) {
    this(id, ledger, terms, HealthPolicy.of(Map.of()), demand, now);
  }

  @Override
  public NodeLedger ledger() {
    return ledger;
  }

  /** What the boards are to know. */
  public Digest digest() {
    return new Digest(
        id,
        ledger.epoch(),
        version,
        offers.forAll(ledger, ledger.sound()),
        ledger.leases().size(),
        host.contact().reachable(),
        ledger.standing().drain().begun(),
        ledger.faulty(),
        desk.resting(),
        lent,
        offers.keeps());
  }

  @Override
  public void on(Wire message, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    if (message instanceof NodeMessage.CallForProposals call) {
      onCall(call, now, out);
    } else if (message instanceof NodeMessage.Award award) {
      onAward(award, now, out);
    } else if (message instanceof NodeMessage.Withdrawal withdrawal) {
      onWithdrawal(withdrawal, now, out);
    } else if (message instanceof NodeMessage.Start start) {
      host.onStart(start, ledger, now, out);
    } else if (message instanceof NodeMessage.Stop stop) {
      host.onStop(stop, ledger, now, out);
    } else if (message instanceof NodeMessage.EndAcknowledged end) {
      Lease lease = ledger.leases().get(end.negotiation());
      if (lease != null) {
        release(lease, now, out);
        host.forgetEnded(lease, ledger, out);
      }
    } else if (message instanceof HostReport report) {
      onReport(report, now, out);
    } else if (message instanceof Request request && request.query() instanceof NodeQuery query) {
      onQuery(request.asker(), query, now, out);
    }
    if (!published) {
      publish(out);
    }
  }

  @Override
  public long wakeAtTickMs() {
    return Math.min(
        Math.min(offers.nextTickMs(), host.nextTickMs()),
        Math.min(devices.nextTickMs(), desk.nextTickMs()));
  }

  @Override
  public void wake(Moment now, Outcome<NodeEvent, NodeEffect> out) {
    boolean over = offers.expire(now.tickMs());
    boolean open = desk.open();
    host.wake(ledger, now, out);
    devices.wake(ledger, host.contact().reachable(), now, out);
    Room before = ledger.offered();
    desk.wake(ledger, now, out);
    offerChanged(before, out);
    becomesOpen(open, out);
    if (over) {
      publish(out);
      invite(out);
    }
  }

  private void becomesOpen(boolean before, Outcome<NodeEvent, NodeEffect> out) {
    if (!published || before != desk.open()) {
      publish(out);
      invite(out);
    }
  }

  private void onCall(
      NodeMessage.CallForProposals call, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    NegotiationId negotiation = call.negotiation();
    TenantId tenant = call.job().tenant();
    if (ledger.leases().containsKey(negotiation) || withdrawn.contains(negotiation)) {
      return; // a late double of a call that went further
    }
    Shortage closed = desk.closed(ledger, call.limitMs(), now);
    if (closed != null) {
      offers.decline(tenant, negotiation, closed.reason(), closed.detail(), out);
      return;
    }
    boolean stale = call.reclaim() && offers.lent(ledger) != lent;
    if (offers.onCall(call, ledger, now, out) || stale) {
      publish(out);
    }
  }

  private void onAward(NodeMessage.Award award, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    NegotiationId negotiation = award.negotiation();
    TenantId tenant = award.job().tenant();
    Lease lease = ledger.leases().get(negotiation);
    if (lease == null) {
      boolean open =
          !withdrawn.contains(negotiation) && desk.closed(ledger, award.limitMs(), now) == null;
      Optional<Grant> grant = offers.take(award, ledger, open);
      if (grant.isEmpty()) {
        offers.decline(
            tenant, negotiation, Refusal.HOLD_GONE, "the hold ran out and the room is gone", out);
        return;
      }
      lease =
          new Lease(
              negotiation,
              award.job(),
              award.task(),
              ledger.lastToken() + 1,
              grant.get(),
              now.wallMs());
      journal(new NodeEvent.Leased(lease), out);
      host.watch(lease, now);
      offers.leased(award.job());
      publish(out);
    }
    String address = ledger.inventory().map(Inventory::address).orElse("");
    out.after(
        new TellTenant(
            new TenantMessage.Confirmation(
                tenant,
                negotiation,
                id,
                lease.task(),
                lease.token(),
                lease.grant(),
                address,
                digest())));
  }

  private void onWithdrawal(
      NodeMessage.Withdrawal withdrawal, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    boolean given = offers.withdraw(withdrawal);
    withdrawn.add(withdrawal.negotiation());
    Lease lease = ledger.leases().get(withdrawal.negotiation());
    // a started lease is the tenant's own word; only a stale owner would take it back
    if (lease != null && host.phase(lease) == Phase.PROVISIONAL) {
      release(lease, now, out);
    }
    if (given) {
      publish(out);
      invite(out);
    }
  }

  private void onReport(HostReport report, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    AgentContact contact = host.contact();
    boolean blocked = host.anyContactLost() || ledger.freeze().leftMs(now.wallMs()) > 0;
    Verdict verdict = contact.judge(report, ledger, blocked, now);
    if (verdict == Verdict.REFUSED) {
      out.after(
          new NodeEffect.TellAgent(
              new HostOrder.Refused(id, ledger.epoch(), report.life(), contact.refusal())));
    }
    if (verdict == Verdict.REFUSED || verdict == Verdict.LATER) {
      return;
    }
    boolean open = desk.open();
    boolean rebooted = false;
    if (report instanceof HostReport.Hello hello) {
      boolean fresh = verdict == Verdict.NEW;
      if (!ledger.sameDevices(hello.inventory())) {
        registration.moved(hello, fresh, ledger, now, out);
        return;
      }
      rebooted = fresh && Registration.rebooted(ledger, hello.speaker());
      if (registration.register(hello, fresh, ledger, out)) {
        offers.clearHolds(); // they promise devices that may be gone; an award is checked afresh
        open = false;
      }
    }
    if (rebooted) {
      contact.rebooted();
    }
    if (report instanceof HostReport.Sign sign) {
      contact.hear(sign, ledger, now);
    }
    Room before = ledger.offered();
    if (report instanceof HostReport.Signs signs) {
      devices.onSigns(signs, ledger, host, now, out);
    } else if (report instanceof HostReport.CanaryEnded canary) {
      devices.onCanary(canary, ledger, now, out);
    }
    offerChanged(before, out);
    desk.hear(report, now);
    becomesOpen(open, out);
    if (offers.lent(ledger) != lent) { // tenants came above their guarantees, or below
      publish(out);
    }
    host.onReport(report, rebooted, ledger, now, out);
  }

  private void onQuery(
      long asker, NodeQuery query, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    Room before = ledger.offered();
    Wire answer = desk.operate(query, ledger, now, out);
    offerChanged(before, out);
    out.after(new Reply(asker, answer == null ? NodeView.of(digest(), ledger, host) : answer));
  }

  /** What is leased to newcomers has become less, or more. */
  private void offerChanged(Room before, Outcome<NodeEvent, NodeEffect> out) {
    Room offered = ledger.offered();
    if (!offered.equals(before)) {
      offers.clearHolds(); // they may promise what is not offered; an award is checked afresh
      publish(out);
      invite(out);
    }
  }

  private void release(Lease lease, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    journal(new NodeEvent.Released(lease.negotiation(), lease.token(), now.wallMs()), out);
    host.forget(lease);
    publish(out);
    invite(out);
  }

  private void journal(NodeEvent event, Outcome<NodeEvent, NodeEffect> out) {
    ledger = ledger.apply(event);
    out.journal(event);
  }

  private void publish(Outcome<NodeEvent, NodeEffect> out) {
    version++;
    published = true;
    lent = offers.lent(ledger);
    ledger.inventory().ifPresent(inventory -> out.after(new Publish(digest(), inventory)));
  }

  private void invite(Outcome<NodeEvent, NodeEffect> out) {
    if (ledger.inventory().isEmpty() || !desk.open()) {
      return;
    }
    offers.invite(ledger, out);
  }
}
