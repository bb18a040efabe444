// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.model.Moment;
import java.util.Optional;

/**
 * The part of a node's rules that knows whose word counts for its host, and how long a silence is
 * borne. The agent counts from when it sent a renewal, this from when it came in, and longer.
 */
final class AgentContact {

  /** What a report is worth. */
  enum Verdict {
    TAKEN,
    /** Its speaker has to be journaled first. */
    NEW,
    /** Not yet: the one before may still speak. */
    LATER,
    /** Its sender must not speak for this node. */
    REFUSED
  }

  /** An agent that missed so many renewals is not there, where there is other proof as well. */
  private static final int MISSED = 2;

  private final NodeTerms terms;
  private boolean heard;
  private boolean over;
  private long heardTickMs;
  private long aliveUntilTickMs;

  /** Until when agents may go by a freeze, and the sending of the latest that was told of it. */
  private long promisedUntilTickMs;

  private long promisedSentTickMs = Long.MIN_VALUE;
  private String refusal = "";

  /** After a recovery every lease counts as renewed now. */
  AgentContact(NodeTerms terms, NodeLedger ledger, Moment now) {
    this.terms = terms;
    this.heardTickMs = now.tickMs();
    long promisedMs = ledger.freeze().promisedMs(now.wallMs());
    if (promisedMs > 0) {
      promisedUntilTickMs = now.tickMs() + promisedMs;
      promisedSentTickMs = Long.MAX_VALUE;
    }
    bear(now);
  }

  /** Whether an agent speaks for the node. */
  boolean reachable() {
    return heard;
  }

  /** Whether its silence was longer than any lease. */
  boolean silent(Moment now) {
    return over || now.tickMs() >= aliveUntilTickMs;
  }

  /** Why the last report was refused, for people. */
  String refusal() {
    return refusal;
  }

  /**
   * Whether {@code report} counts.
   *
   * @param blocked whether devices wait for the word of the one who spoke last
   */
  Verdict judge(HostReport report, NodeLedger ledger, boolean blocked, Moment now) {
    Optional<Speaker> known = ledger.speaker();
    if (report instanceof HostReport.Sign sign && sign.epoch() > ledger.epoch()) {
      return refused("this owner of the node has been replaced");
    }
    if (!(report instanceof HostReport.Hello hello)) {
      return known.orElse(Speaker.UNKNOWN).life() == report.life()
          ? Verdict.TAKEN
          : refused("another agent has spoken for the node since");
    }
    Speaker who = hello.speaker();
    if (known.isEmpty()) {
      return who.equals(Speaker.UNKNOWN) ? Verdict.TAKEN : Verdict.NEW;
    }
    Speaker old = known.get();
    if (who.equals(old)) {
      return Verdict.TAKEN;
    }
    boolean gone = silent(now) && !blocked;
    boolean sameHome =
        !who.place().isEmpty() && who.place().equals(old.place()) && who.boot().equals(old.boot());
    if (!who.agent().equals(old.agent())) {
      return gone || sameHome
          ? Verdict.NEW
          : refused(
              "another agent, of another state directory, speaks for it; stop one of them or give"
                  + " this one another --name; if the other is gone for good: mosu node"
                  + " forget-agent "
                  + hello.node());
    }
    if (who.incarnation() <= old.incarnation()) {
      return refused(
          "its state directory is older than what the node knows (start %d after start %d), as of"
                  .formatted(who.incarnation(), old.incarnation())
              + " a backup or a copy; start the agent with --fresh");
    }
    if (sameHome) {
      return Verdict.NEW;
    }
    if (!who.place().equals(old.place())) {
      return gone
          ? Verdict.NEW
          : refused(
              "its state directory is a copy of one whose agent speaks for it; stop this agent, or"
                  + " start it with --fresh and another --name; if the other is gone for good: mosu"
                  + " node forget-agent "
                  + hello.node());
    }
    // rebooted; a disk that was cloned looks the same, but there the other one goes on speaking
    return now.tickMs() >= heardTickMs + MISSED * terms.renewMs() ? Verdict.NEW : Verdict.LATER;
  }

  /** The host has rebooted, or another has taken its place: nothing promised runs there. */
  void rebooted() {
    promisedUntilTickMs = 0;
    promisedSentTickMs = Long.MIN_VALUE;
  }

  /** What leases live by came in, and counted. */
  void hear(HostReport.Sign sign, NodeLedger ledger, Moment now) {
    heard = true;
    over = false;
    heardTickMs = now.tickMs();
    long frozenMs = ledger.freeze().leftMs(now.wallMs());
    if (frozenMs > 0) {
      promisedUntilTickMs = Math.max(promisedUntilTickMs, now.tickMs() + frozenMs);
      promisedSentTickMs = sign.sentTickMs();
    } else if (promisedSentTickMs == Long.MAX_VALUE) {
      promisedSentTickMs = sign.sentTickMs();
    } else if (sign instanceof HostReport.Renewal renewal
        && renewal.frozenMs() == 0
        && renewal.answeredTickMs() > promisedSentTickMs) {
      promisedUntilTickMs = 0; // it has heard an answer without a freeze, and so forgot the others
    }
    bear(now);
    aliveUntilTickMs = Math.max(aliveUntilTickMs, now.tickMs() + sign.frozenMs() + terms.skewMs());
  }

  /** Operators froze expiry: silence is borne until then, and a lease longer. */
  void frozen(long frozenMs, Moment now) {
    promisedUntilTickMs = Math.max(promisedUntilTickMs, now.tickMs() + frozenMs);
    promisedSentTickMs = Long.MAX_VALUE;
    bear(now);
  }

  /** When {@link #runsOut} is to be asked. */
  long nextTickMs(boolean leases) {
    return !over && (heard || leases) ? aliveUntilTickMs : Long.MAX_VALUE;
  }

  /** Whether the silence has just become too long. */
  boolean runsOut(Moment now) {
    boolean out = !over && now.tickMs() >= aliveUntilTickMs;
    if (out) {
      heard = false;
      over = true;
    }
    return out;
  }

  /** Whether the silence has been too long since {@link #runsOut} said so. */
  boolean over() {
    return over;
  }

  private void bear(Moment now) {
    long lease = terms.ttlMs() + terms.skewMs();
    aliveUntilTickMs = now.tickMs() + lease;
    if (promisedUntilTickMs > now.tickMs()) {
      aliveUntilTickMs = promisedUntilTickMs + lease; // clocks of a recovered owner may differ
    }
  }

  private Verdict refused(String why) {
    refusal = why;
    return Verdict.REFUSED;
  }
}
