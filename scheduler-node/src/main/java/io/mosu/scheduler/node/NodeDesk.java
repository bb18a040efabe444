// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import java.util.List;
import java.util.function.BiConsumer;
import org.jspecify.annotations.Nullable;

/**
 * The part of a node's rules that says whether it takes work: for its operators (freezes, drains,
 * devices taken out), for its agent, and for what became of the latest tasks.
 */
final class NodeDesk {

  private static final Exit PREEMPTED = new Exit(Exit.Kind.PREEMPTED, 0);

  /** Wall clocks are set; what waits for a wall time looks again so often. */
  private static final long LOOK_MS = 30_000;

  private final NodeId id;
  private final HostCare host;
  private final DeviceCare devices;
  private final BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal;
  private final Rest rest = new Rest();
  private long dueTickMs = Long.MAX_VALUE;

  NodeDesk(
      NodeId id,
      HostCare host,
      DeviceCare devices,
      NodeLedger ledger,
      Moment now,
      BiConsumer<NodeEvent, Outcome<NodeEvent, NodeEffect>> journal) {
    this.id = id;
    this.host = host;
    this.devices = devices;
    this.journal = journal;
    this.dueTickMs = ledger.standing().drain().planned() ? now.tickMs() : Long.MAX_VALUE;
  }

  /** Whether new work is refused because none of the latest could be started. */
  boolean resting() {
    return rest.on();
  }

  /** Whether its agent is there and it does not rest. */
  boolean open() {
    return host.contact().reachable() && !rest.on();
  }

  /**
   * Why nothing is to be leased, whatever is asked for; null if something may.
   *
   * @param limitMs how long the task may run at most, 0 for as long as it likes
   */
  @Nullable Shortage closed(NodeLedger ledger, long limitMs, Moment now) {
    if (ledger.inventory().isEmpty() || !host.contact().reachable()) {
      return new Shortage(Refusal.UNREACHABLE, "its agent is silent");
    }
    if (rest.on()) {
      return new Shortage(Refusal.NOT_STARTING, rest.inWords(now));
    }
    Drain drain = ledger.standing().drain();
    return limitMs > 0 && drain.cuts(now.wallMs() + limitMs)
        ? new Shortage(Refusal.DRAINING, "its time limit ends after " + drain.plan())
        : null;
  }

  /** Learns from what the agent says of starts. To be called before the host's care hears of it. */
  void hear(HostReport report, Moment now) {
    if (report instanceof HostReport.TaskStarted) {
      rest.started();
    } else if (report instanceof HostReport.TaskExited exited
        && host.awaits(exited.token())
        && exited.exit().kind() == Exit.Kind.NOT_STARTED) {
      rest.failed(now);
    }
  }

  /** Does what an operator asks; what it answers unless it can show how the node stands now. */
  @Nullable Wire operate(
      NodeQuery query, NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    if (query instanceof NodeQuery.Freeze freeze) {
      long untilMs =
          Math.max(freeze.untilMs(), now.wallMs() + ledger.freeze().promisedMs(now.wallMs()));
      if (untilMs > now.wallMs()) {
        journal.accept(new NodeEvent.Frozen(untilMs, freeze.reason(), now.wallMs()), out);
        host.contact().frozen(untilMs - now.wallMs(), now);
      }
    } else if (query instanceof NodeQuery.Thaw) {
      if (ledger.freeze().leftMs(now.wallMs()) > 0) {
        journal.accept(new NodeEvent.Thawed(now.wallMs()), out);
      }
    } else if (query instanceof NodeQuery.ReleaseLost release) {
      if (host.contact().reachable()) {
        return new Refused(
            Refusal.AGENT_ALIVE, "the agent of node " + id + " speaks; cancel the job instead");
      }
      if (!host.contact().silent(now)) {
        return new Refused(
            Refusal.AGENT_ALIVE, "the leases of node " + id + " have not run out yet");
      }
      if (!host.release(release.job(), ledger, now, out)) {
        return new Refused(
            Refusal.NOT_RUNNING, "no task of " + release.job() + " is left on node " + id);
      }
    } else if (query instanceof NodeQuery.ForgetAgent) {
      if (!host.contact().silent(now)) {
        return new Refused(
            Refusal.AGENT_ALIVE, "the agent of node " + id + " may still run its tasks");
      }
      for (Lease lease : List.copyOf(ledger.leases().values())) {
        host.release(lease.job(), ledger, now, out);
      }
      if (ledger.speaker().isPresent()) {
        journal.accept(new NodeEvent.AgentForgotten(now.wallMs()), out);
      }
    } else if (query instanceof NodeQuery.Drain ask) {
      return drain(ask, now, out);
    } else if (query instanceof NodeQuery.Undrain) {
      undrain(ledger, now, out);
    } else if (query instanceof NodeQuery.Quarantine ask) {
      Device device = device(ledger, ask.device());
      if (device == null) {
        return unknown(ask.device());
      }
      devices.quarantine(device, ask.reason(), ledger, host, now, out);
    } else if (query instanceof NodeQuery.Restore ask) {
      Device device = device(ledger, ask.device());
      if (device == null) {
        return unknown(ask.device());
      }
      devices.restore(device, ledger, out);
    }
    return null;
  }

  private @Nullable Wire drain(
      NodeQuery.Drain ask, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    long fromMs = Math.max(1, Math.max(ask.fromMs(), now.wallMs()));
    if (ask.untilMs() > 0 && ask.untilMs() <= fromMs) {
      return new Refused(Refusal.INVALID_SPEC, "until: the drain would end before it begins");
    }
    long deadlineMs = ask.deadlineMs() == 0 ? 0 : Math.max(ask.deadlineMs(), fromMs);
    Drain drain =
        new Drain(ask.reason(), fromMs, deadlineMs, ask.untilMs(), ask.fromMs() <= now.wallMs());
    NodeEvent event = new NodeEvent.Drained(drain, now.wallMs());
    journal.accept(event, out);
    dueTickMs = now.tickMs();
    return null;
  }

  long nextTickMs() {
    return Math.min(dueTickMs, rest.nextTickMs());
  }

  /** Begins and ends drains, and ends what runs beyond a drain's deadline. */
  void wake(NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    rest.wake(now);
    if (dueTickMs > now.tickMs()) {
      return;
    }
    NodeLedger known = ledger;
    Drain drain = ledger.standing().drain();
    if (drain.untilMs() > 0 && drain.untilMs() <= now.wallMs()) {
      known = undrain(ledger, now, out);
    } else if (drain.planned() && !drain.begun() && drain.fromMs() <= now.wallMs()) {
      NodeEvent begun = new NodeEvent.Drained(drain.begin(), now.wallMs());
      journal.accept(begun, out);
      known = ledger.apply(begun);
    }
    drain = known.standing().drain();
    if (drain.begun() && drain.deadlineMs() > 0 && drain.deadlineMs() <= now.wallMs()) {
      for (Lease lease : List.copyOf(ledger.leases().values())) {
        known = host.endFor(lease, PREEMPTED, known, now, out);
      }
    }
    plan(known, now);
  }

  private NodeLedger undrain(NodeLedger ledger, Moment now, Outcome<NodeEvent, NodeEffect> out) {
    if (!ledger.standing().drain().planned()) {
      return ledger;
    }
    NodeEvent over = new NodeEvent.Drained(Drain.NONE, now.wallMs());
    journal.accept(over, out);
    dueTickMs = Long.MAX_VALUE;
    return ledger.apply(over);
  }

  /** What is over already was seen to before: what is left of it ends by itself. */
  private void plan(NodeLedger ledger, Moment now) {
    boolean leases =
        ledger.leases().values().stream()
            .anyMatch(lease -> !ledger.standing().ending().containsKey(lease.token()));
    long next = ledger.standing().drain().nextMs(leases);
    dueTickMs =
        next == Long.MAX_VALUE
            ? Long.MAX_VALUE
            : now.tickMs()
                + (next <= now.wallMs() ? LOOK_MS : Math.min(LOOK_MS, next - now.wallMs()));
  }

  private static @Nullable Device device(NodeLedger ledger, int index) {
    return ledger
        .inventory()
        .filter(known -> index >= 0 && index < known.devices().size())
        .map(known -> known.devices().get(index))
        .orElse(null);
  }

  private Refused unknown(int index) {
    return new Refused(Refusal.UNKNOWN_DEVICE, "node " + id + " has no device " + index);
  }
}
