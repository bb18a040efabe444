// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.DecisionRecord.Offer;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.NodeMessage.Award;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.NodeMessage.Withdrawal;
import io.mosu.scheduler.negotiation.TenantMessage.Confirmation;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.scheduler.negotiation.TenantMessage.Proposal;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Consumer;

/**
 * One attempt to place one gang: calls for proposals in rounds, awards, confirmations. It agrees
 * with as many nodes as the gang has tasks, or with none.
 *
 * <p>Nothing of it is journaled. If the tenant crashes, its nodes find out by asking.
 */
public final class Negotiation {

  /** Where it stands. */
  public enum Phase {
    CALLING,
    AWARDING,
    /** Every awarded node has journaled its lease. */
    AGREED,
    FAILED
  }

  /** The default award rule: least damage, then the order of node ids. */
  public static final String BALANCED = "balanced";

  private static final Comparator<Proposal> BEST_FIRST =
      Comparator.comparingDouble(Proposal::damage).thenComparing(Proposal::node);

  private static final Set<Refusal> KEPT = Set.of(Refusal.RESERVING, Refusal.RECLAIMING);

  private final NegotiationId id;
  private final JobId job;
  private final Rank rank;
  private final Shape shape;
  private final long limitMs;
  private final int tasks;
  private final Terms terms;
  private final Claim claim;
  private final Supply supply;
  private final Consumer<NodeMessage> out;

  private Phase phase = Phase.CALLING;
  private int round;
  private long deadlineTickMs;
  private long giveUpTickMs;
  private long awardPauseMs;
  private final Set<NodeId> asked = new LinkedHashSet<>();
  private final Set<NodeId> reserving = new LinkedHashSet<>();
  private final Set<NodeId> silent = new LinkedHashSet<>();
  private final TreeMap<NodeId, Proposal> proposals = new TreeMap<>();
  private final List<Declined> declined = new ArrayList<>();
  private final TreeMap<NodeId, Integer> awarded = new TreeMap<>();
  private final TreeMap<NodeId, Confirmation> confirmed = new TreeMap<>();

  public Negotiation(
      NegotiationId id,
      Rank rank,
      Shape shape,
      int tasks,
      long limitMs,
      Terms terms,
      Claim claim,
      Supply supply,
      Consumer<NodeMessage> out) {
    this.id = id;
    this.job = rank.job();
    this.rank = rank;
    this.shape = shape;
    this.tasks = tasks;
    this.limitMs = limitMs;
    this.terms = terms;
    this.claim = claim;
    this.supply = supply;
    this.out = out;
  }

  public NegotiationId id() {
    return id;
  }

  public JobId job() {
    return job;
  }

  /** As many nodes are needed. */
  public int tasks() {
    return tasks;
  }

  /** GPU milli of all its tasks. */
  public long gpuMilli() {
    return tasks * shape.totalGpuMilli();
  }

  public Phase phase() {
    return phase;
  }

  /** Confirmations of all tasks once agreed. */
  public List<Confirmation> confirmations() {
    return List.copyOf(confirmed.values());
  }

  /** When {@link #wake} is due, on the tick clock. */
  public long wakeAtTickMs() {
    return deadlineTickMs;
  }

  /** Opens the first round; fails at once if too few nodes seem to have room. */
  public void begin(Moment now) {
    call(now);
  }

  /** Takes in an offer; one that comes too late is given back. */
  public void on(Proposal proposal, Moment now) {
    supply.learn(proposal.digest());
    NodeId node = proposal.node();
    if (phase == Phase.CALLING && asked.contains(node)) {
      silent.remove(node);
      proposals.put(node, proposal);
      settleIfAnswered(now);
    } else if (!awarded.containsKey(node)) {
      withdraw(node);
    }
  }

  /** Takes in a refusal, a lost hold, or an award that was not honoured. */
  public void on(Declined refusal, Moment now) {
    supply.learn(refusal.digest());
    NodeId node = refusal.node();
    if (phase == Phase.CALLING && asked.contains(node)) {
      boolean first = silent.remove(node);
      boolean lost = proposals.remove(node) != null;
      if (first || lost) {
        declined.add(refusal);
      }
      settleIfAnswered(now);
    } else if (phase == Phase.AWARDING
        && awarded.containsKey(node)
        && !confirmed.containsKey(node)) {
      declined.add(refusal);
      fail();
    }
  }

  /** Takes in a journaled lease; one that nobody waits for is given back. */
  public void on(Confirmation confirmation) {
    supply.learn(confirmation.digest());
    NodeId node = confirmation.node();
    if (!awarded.containsKey(node) || phase == Phase.FAILED || phase == Phase.CALLING) {
      withdraw(node);
      return;
    }
    confirmed.put(node, confirmation);
    if (phase == Phase.AWARDING && confirmed.size() == tasks) {
      phase = Phase.AGREED;
      supply.forget(id);
    }
  }

  /** Silence counts as a refusal; awards are said again; in the end it gives up. */
  public void wake(Moment now) {
    if (now.tickMs() < deadlineTickMs) {
      return;
    }
    if (phase == Phase.CALLING) {
      settle(now);
    } else if (phase == Phase.AWARDING) {
      if (now.tickMs() >= giveUpTickMs) {
        fail();
        return;
      }
      awarded.keySet().stream().filter(node -> !confirmed.containsKey(node)).forEach(this::award);
      awardPauseMs *= 2; // giving up is its bound
      deadlineTickMs = Math.min(giveUpTickMs, now.tickMs() + awardPauseMs);
    }
  }

  /** Ends it from outside: the job was cancelled. */
  public void abort() {
    if (phase == Phase.CALLING || phase == Phase.AWARDING) {
      fail();
    }
  }

  /** What happened, for {@code why}. */
  public DecisionRecord record(Moment now) {
    List<Offer> offers = new ArrayList<>();
    proposals.values().stream()
        .sorted(BEST_FIRST)
        .forEach(p -> offers.add(new Offer(p.node(), p.damage(), awarded.containsKey(p.node()))));
    Map<Refusal, RefusalCount> refusals = new EnumMap<>(Refusal.class);
    for (Declined d : declined) {
      count(refusals, d.reason(), d.node(), d.detail());
    }
    for (NodeId node : silent) {
      count(refusals, Refusal.NO_ANSWER, node, "no answer within " + terms.deadlineMs() + " ms");
    }
    return new DecisionRecord(
        id, now.wallMs(), BALANCED, round, asked.size(), offers, List.copyOf(refusals.values()));
  }

  private static void count(
      Map<Refusal, RefusalCount> refusals, Refusal reason, NodeId node, String detail) {
    refusals.merge(
        reason,
        new RefusalCount(reason, 1, node, detail),
        (old, one) -> new RefusalCount(reason, old.count() + 1, old.example(), old.detail()));
  }

  private void call(Moment now) {
    int missing = tasks - proposals.size();
    List<NodeId> candidates =
        claim.any()
            ? claimed(missing, now)
            : supply.candidates(shape, missing + terms.asked() - 1, asked, now);
    if (candidates.isEmpty() || (candidates.size() < missing && !claim.any())) {
      fail();
      return;
    }
    round++;
    deadlineTickMs = now.tickMs() + terms.deadlineMs();
    long longestTickMs = now.tickMs() + terms.rounds() * terms.deadlineMs() + terms.giveUpMs();
    for (NodeId node : candidates) {
      supply.intend(id, node, shape, longestTickMs);
    }
    asked.addAll(candidates);
    silent.addAll(candidates);
    for (NodeId node : candidates) {
      out.accept(
          new CallForProposals(
              node,
              id,
              job,
              rank,
              shape,
              terms.holdMs(),
              limitMs,
              reserving.contains(node) ? claim.reserveMs() : 0,
              reserving.contains(node) && claim.reclaim()));
    }
  }

  /**
   * Those that keep room already, then those that have it, then those that lack least: as many as
   * are needed keep room; what others have is asked for besides.
   */
  private List<NodeId> claimed(int missing, Moment now) {
    List<NodeId> keep =
        new ArrayList<>(
            claim.nodes().stream()
                .filter(node -> !asked.contains(node))
                .sorted()
                .limit(missing)
                .toList());
    Set<NodeId> except = new LinkedHashSet<>(asked);
    except.addAll(keep);
    List<NodeId> open = supply.candidates(shape, missing, except, now);
    open.stream().limit(missing - keep.size()).forEach(keep::add);
    if (keep.size() < missing) {
      except.addAll(keep);
      except.addAll(claim.avoided());
      keep.addAll(supply.lacking(shape, missing - keep.size(), except, claim.reclaim()));
    }
    reserving.addAll(keep);
    Set<NodeId> all = new LinkedHashSet<>(keep);
    all.addAll(open);
    return List.copyOf(all);
  }

  /** All nodes that were asked, in that order. */
  public Set<NodeId> asked() {
    return Collections.unmodifiableSet(new LinkedHashSet<>(asked));
  }

  /** The nodes that keep room for the job since they were asked. */
  public Set<NodeId> keeping() {
    Set<NodeId> keeping = new LinkedHashSet<>();
    if (claim.any()) {
      keeping.addAll(proposals.keySet());
      keeping.retainAll(reserving);
      for (Declined d : declined) {
        if (KEPT.contains(d.reason())
            || (d.reason() == Refusal.HELD && claim.nodes().contains(d.node()))) {
          keeping.add(d.node());
        }
      }
    }
    return keeping;
  }

  private void settleIfAnswered(Moment now) {
    if (silent.isEmpty()) {
      settle(now);
    }
  }

  private void settle(Moment now) {
    if (proposals.size() >= tasks) {
      List<Proposal> best = proposals.values().stream().sorted(BEST_FIRST).toList();
      phase = Phase.AWARDING;
      giveUpTickMs = now.tickMs() + terms.giveUpMs();
      awardPauseMs = terms.resendMs();
      deadlineTickMs = now.tickMs() + awardPauseMs;
      for (int i = 0; i < best.size(); i++) {
        if (i < tasks) {
          awarded.put(best.get(i).node(), i);
        } else {
          withdraw(best.get(i).node());
        }
      }
      silent.forEach(this::withdraw);
      awarded.keySet().forEach(this::award);
    } else if (round < terms.rounds() && !claim.any()) {
      call(now);
    } else {
      fail();
    }
  }

  private void fail() {
    phase = Phase.FAILED;
    deadlineTickMs = Long.MAX_VALUE;
    // an awarded node that declined may still get a double of the award and lease afresh
    asked.stream()
        .filter(
            node ->
                awarded.containsKey(node)
                    || declined.stream().noneMatch(d -> d.node().equals(node)))
        .forEach(this::withdraw);
    supply.forget(id);
  }

  private void award(NodeId node) {
    out.accept(new Award(node, id, job, rank, shape, awarded.getOrDefault(node, 0), limitMs));
  }

  private void withdraw(NodeId node) {
    out.accept(new Withdrawal(node, id));
  }
}
