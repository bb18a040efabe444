// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.node.Care.Phase;
import io.mosu.scheduler.node.NodeEffect.TellAgent;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a node's rules that looks after its leases' tasks: it brings starts and stops to the
 * agent, ends to the tenant, and counts a lease as lost when the agent was silent too long.
 */
final class HostCare {

  /** Renewals in a row without a running task before it counts as lost: one may have crossed it. */
  private static final int MISSING_MAX = 2;

  private static final Exit LOST = new Exit(Exit.Kind.LOST, 0);

  private final NodeId id;
  private final NodeTerms terms;
  private final BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal;
  private final Map<NegotiationId, Care> cares = new HashMap<>();
  private final Map<Long, Lease> byToken = new HashMap<>();
  private final AgentContact contact;
  private final TenantWords words;

  HostCare(
      NodeId id,
      NodeLedger ledger,
      NodeTerms terms,
      Moment now,
      BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal) {
    this.id = id;
    this.terms = terms;
    this.journal = journal;
    this.contact = new AgentContact(terms, ledger, now);
    this.words = new TenantWords(id);
    for (Lease lease : ledger.leases().values()) {
      Care care = watch(lease, now);
      if (ledger.lost().contains(lease.token())) {
        care.phase = Phase.ENDED;
        care.exit = LOST;
      } else if (ledger.standing().ending().containsKey(lease.token())) {
        care.exit = ledger.standing().ending().get(lease.token());
      }
    }
  }

  AgentContact contact() {
    return contact;
  }

  /** Whether the agent is silent while the lease's task goes on. */
  boolean contactLost(Lease lease) {
    Care care = cares.get(lease.negotiation());
    return care != null && care.contactLost;
  }

  boolean anyContactLost() {
    return cares.values().stream().anyMatch(care -> care.contactLost);
  }

  Care watch(Lease lease, Moment now) {
    Care care = new Care(now.tickMs() + terms.resendMs());
    cares.put(lease.negotiation(), care);
    byToken.put(lease.token(), lease);
    return care;
  }

  void forget(Lease lease) {
    cares.remove(lease.negotiation());
    byToken.remove(lease.token());
  }

  /** Once the release is written, the agent may forget the task. */
  void forgetEnded(Lease lease, NodeLedger ledger, Outcome<NodeEvent, NodeEffect> out) {
    out.after(new TellAgent(new HostOrder.EndAcknowledged(id, ledger.epoch(), lease.token())));
  }

  /** Whether the end of that task would be news. */
  boolean awaits(long token) {
    Care care = care(byToken.get(token));
    return care != null && care.phase != Phase.ENDED;
  }

  Phase phase(Lease lease) {
    Care care = cares.get(lease.negotiation());
    return care == null ? Phase.ENDED : care.phase;
  }

  /** Whether the task is to end, or has ended. */
  boolean ending(Lease lease) {
    return phase(lease) == Phase.STOPPING || phase(lease) == Phase.ENDED;
  }

  void onStart(
      NodeMessage.Start start, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    Lease lease = ledger.leases().get(start.negotiation());
    Care care = cares.get(start.negotiation());
    if (lease == null || care == null || lease.token() != start.token()) {
      words.notHere(start.negotiation(), start.job(), start.token(), ledger, out);
      return;
    }
    if (care.phase == Phase.PROVISIONAL && care.exit != null) {
      care.move(care.gone ? Phase.ENDED : Phase.STOPPING);
      act(lease, care, ledger, now, out);
    } else if (care.phase == Phase.PROVISIONAL) {
      care.move(Phase.STARTING);
      if (start.spec().keep() && !ledger.kept().contains(lease.token())) {
        journal.accept(new NodeEvent.LeaseKept(lease.negotiation(), lease.token()), out);
      }
      care.start =
          new HostOrder.StartTask(
              id,
              ledger.epoch(),
              lease.token(),
              lease.job(),
              lease.task(),
              start.world(),
              start.masterAddress(),
              start.masterPort(),
              lease.grant(),
              start.spec());
      // no word to the tenant yet: most tasks run before it asks again
      act(lease, care, ledger, now, out);
    } else if (care.phase == Phase.ENDED) {
      act(lease, care, ledger, now, out);
    } else {
      out.after(words.acknowledged(lease, care.phase == Phase.ACTIVE));
    }
  }

  void onStop(
      NodeMessage.Stop stop, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    Lease lease = ledger.leases().get(stop.negotiation());
    Care care = cares.get(stop.negotiation());
    if (lease == null || care == null || lease.token() != stop.token()) {
      words.notHere(stop.negotiation(), stop.job(), stop.token(), ledger, out);
      return;
    }
    if (care.phase != Phase.ENDED) {
      care.move(care.gone ? Phase.ENDED : Phase.STOPPING);
    }
    act(lease, care, ledger, now, out);
  }

  /**
   * Takes in what the agent says.
   *
   * @param rebooted whether its host has rebooted since it spoke last: what it does not name is
   *     gone
   */
  void onReport(
      HostReport report,
      boolean rebooted,
      NodeLedger ledger,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    if (report instanceof HostReport.Sign sign) {
      long frozenMs = ledger.freeze().leftMs(now.wallMs());
      if (report instanceof HostReport.Hello) {
        out.after(
            new TellAgent(
                new HostOrder.Welcome(
                    id,
                    ledger.epoch(),
                    sign.sentTickMs(),
                    terms.ttlMs(),
                    terms.renewMs(),
                    frozenMs)));
        cares.values().forEach(Care::soon);
      } else if (frozenMs > 0) {
        out.after(
            new TellAgent(new HostOrder.Renewed(id, ledger.epoch(), sign.sentTickMs(), frozenMs)));
      } else {
        out.now(new TellAgent(new HostOrder.Renewed(id, ledger.epoch(), sign.sentTickMs())));
      }
      reconcile(sign.tasks(), rebooted, ledger, now, out);
    } else if (report instanceof HostReport.TaskStarted started) {
      Lease lease = byToken.get(started.token());
      Care care = care(lease);
      if (lease == null) {
        out.after(new TellAgent(new HostOrder.StopTask(id, ledger.epoch(), started.token())));
      } else if (care != null && care.phase == Phase.STARTING) {
        care.move(Phase.ACTIVE);
        care.dueTickMs = Long.MAX_VALUE;
        out.after(words.acknowledged(lease, care.phase == Phase.ACTIVE));
      }
    } else if (report instanceof HostReport.TaskExited exited) {
      Lease lease = byToken.get(exited.token());
      Care care = care(lease);
      if (lease == null || care == null) {
        out.after(new TellAgent(new HostOrder.EndAcknowledged(id, ledger.epoch(), exited.token())));
      } else if (care.phase == Phase.PROVISIONAL && care.exit != null) {
        care.gone = true;
        care.exit = truth(care.exit, exited.exit());
      } else if (care.phase != Phase.ENDED) {
        end(lease, care, truth(care.exit, exited.exit()), ledger, now, out);
      }
    }
  }

  long nextTickMs() {
    long next = contact.nextTickMs(!cares.isEmpty());
    for (Care care : cares.values()) {
      next = Math.min(next, care.dueTickMs);
    }
    return next;
  }

  void wake(NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    boolean lost = contact.runsOut(now);
    for (Lease lease : ledger.leases().values()) {
      Care care = cares.get(lease.negotiation());
      if (care == null) {
        continue;
      }
      if (lost && care.onHost()) {
        silence(lease, care, ledger, now, out);
        act(lease, care, ledger, now, out);
      } else if (care.dueTickMs <= now.tickMs()) {
        act(lease, care, ledger, now, out);
      }
    }
  }

  /** What the agent says it runs, held against what it should run. */
  void reconcile(
      List<HostReport.Task> tasks,
      boolean rebooted,
      NodeLedger ledger,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    Set<Long> known = new HashSet<>();
    for (HostReport.Task task : tasks) {
      known.add(task.token());
      if (!byToken.containsKey(task.token())) {
        out.after(new TellAgent(new HostOrder.StopTask(id, ledger.epoch(), task.token())));
      }
    }
    for (Lease lease : ledger.leases().values()) {
      Care care = cares.get(lease.negotiation());
      if (care == null) {
        continue;
      }
      if (care.contactLost) {
        care.contactLost = false;
        out.after(words.contact(lease, false));
      }
      if (care.phase != Phase.ACTIVE) {
        continue;
      }
      care.missing = known.contains(lease.token()) ? 0 : care.missing + 1;
      if (rebooted && care.missing > 0) {
        lose(lease, care, now, out);
        act(lease, care, ledger, now, out);
      } else if (care.missing >= MISSING_MAX) {
        // these renewals may be older than the task: only the agent's word ends it
        care.move(Phase.STOPPING);
        care.exit = LOST;
        act(lease, care, ledger, now, out);
      }
    }
  }

  private void end(
      Lease lease,
      Care care,
      Exit exit,
      NodeLedger ledger,
      Moment now,
      Outcome<NodeEvent, NodeEffect> out) {
    care.move(Phase.ENDED);
    care.exit = exit;
    act(lease, care, ledger, now, out);
  }

  /** The tasks of {@code job} are gone, as an operator says; whether there were any here. */
  boolean release(JobId job, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    boolean any = false;
    for (Lease lease : ledger.leases().values()) {
      Care care = cares.get(lease.negotiation());
      if (care != null && care.onHost() && lease.job().equals(job)) {
        any = true;
        lose(lease, care, now, out);
        act(lease, care, ledger, now, out);
      }
    }
    return any;
  }

  /**
   * The node itself ends the task of {@code lease}, which then counts as ended by {@code exit}.
   * Whatever runs of a provisional one ends, too (after a recovery all are), but its tenant hears
   * of it only once it has placed it. Returns the ledger after that.
   */
  NodeLedger endFor(
      Lease lease, Exit exit, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    Care care = cares.get(lease.negotiation());
    if (care == null || care.phase == Phase.ENDED || care.exit != null) {
      return ledger;
    }
    NodeEvent event = new NodeEvent.Ending(lease.negotiation(), lease.token(), exit, now.wallMs());
    journal.accept(event, out);
    NodeLedger known = ledger.apply(event);
    care.exit = exit;
    if (care.phase != Phase.PROVISIONAL) {
      care.move(Phase.STOPPING);
    }
    act(lease, care, known, now, out);
    return known;
  }

  /**
   * How a task ended of which the node thought something already: what it did by itself counts, but
   * for a failure under a device that went bad.
   */
  private static Exit truth(@Nullable Exit thought, Exit seen) {
    if (thought == null) {
      return seen;
    }
    boolean byDevice = thought.kind() == Exit.Kind.DEVICE_FAULT && !seen.success();
    return seen.byItself() && !byDevice ? seen : thought;
  }

  private void silence(
      Lease lease, Care care, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    if (ledger.kept().contains(lease.token())) {
      care.contactLost = true;
      care.soon();
    } else {
      lose(lease, care, now, out);
    }
  }

  private void lose(Lease lease, Care care, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    care.move(Phase.ENDED);
    care.contactLost = false;
    care.exit = LOST;
    journal.accept(new NodeEvent.Lost(lease.negotiation(), lease.token(), now.wallMs()), out);
  }

  /** Says what is due for the lease, and when to say it again. */
  private void act(
      Lease lease, Care care, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    if (contact.over() && (care.phase == Phase.STARTING || care.phase == Phase.STOPPING)) {
      silence(lease, care, ledger, now, out);
    }
    care.dueTickMs = now.tickMs() + care.pauseMs(terms.resendMs());
    switch (care.phase) {
      case PROVISIONAL -> {
        out.after(words.inquiry(lease));
        if (care.exit != null && !care.gone) {
          out.after(new TellAgent(new HostOrder.StopTask(id, ledger.epoch(), lease.token())));
        }
      }
      case STARTING -> {
        if (care.start != null) {
          out.after(new TellAgent(care.start));
        }
      }
      case STOPPING ->
          out.after(new TellAgent(new HostOrder.StopTask(id, ledger.epoch(), lease.token())));
      case ENDED -> {
        if (care.exit != null) {
          out.after(words.ended(lease, care.exit));
        }
      }
      case ACTIVE -> {
        if (!care.contactLost) {
          care.dueTickMs = Long.MAX_VALUE;
        }
      }
    }
    if (care.contactLost) {
      out.after(words.contact(lease, true));
    }
  }

  private @Nullable Care care(@Nullable Lease lease) {
    return lease == null ? null : cares.get(lease.negotiation());
  }
}
