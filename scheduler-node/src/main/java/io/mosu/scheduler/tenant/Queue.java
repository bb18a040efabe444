// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.Negotiation;
import io.mosu.scheduler.negotiation.Negotiation.Phase;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.Supply;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.negotiation.TenantMessage.Confirmation;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEffect.TellNode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.SplittableRandom;
import java.util.TreeSet;
import java.util.function.Consumer;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;

/**
 * The part of a tenant's rules that brings waiting jobs to negotiation: a bounded number at once,
 * in rank order, and none for which the board shows no room. Not journaled.
 */
final class Queue {

  /** Parked jobs of one shape that one sign of room wakes. */
  private static final int UNPARKED_MAX = 16;

  /** Parked jobs without a lasting reason that one review tries again. */
  private static final int UNEXPLAINED_MAX = 64;

  private final long epoch;
  private final TenantTerms terms;
  private final Supply supply;
  private final SplittableRandom random;
  private final Waiting waiting = new Waiting();
  private final Calendar begins;
  private final Map<NegotiationId, Negotiation> live = new LinkedHashMap<>();
  private final Map<Shape, Pace> paces = new HashMap<>();
  private final Map<NegotiationId, Rank> ranks = new HashMap<>();
  private final Map<NegotiationId, Shape> shapes = new HashMap<>();
  private final Claims claims;

  /** Parked because the tenant's limit leaves no room for them. */
  private final TreeSet<Rank> limited = new TreeSet<>();

  /** Parked because what they need was held: when that is decided, they have another reason. */
  private final TreeSet<Rank> unexplained = new TreeSet<>();

  private final Explanations explanations;

  private final Consumer<NodeMessage> speak = this::say;
  private @Nullable Outcome<TenantEvent, TenantEffect> out;
  private long lastNegotiation;
  private long reviewTickMs;

  /**
   * How a negotiation ended.
   *
   * @param placement empty if it failed
   */
  record Result(long number, Optional<Placement> placement, DecisionRecord decision) {}

  Queue(
      TenantLedger ledger, TenantTerms terms, Supply supply, SplittableRandom random, Moment now) {
    this.epoch = ledger.epoch();
    this.terms = terms;
    this.supply = supply;
    this.explanations = new Explanations(supply);
    this.random = random;
    this.claims = new Claims(terms);
    this.begins = new Calendar(now);
    this.reviewTickMs = now.tickMs() + terms.reviewMs();
    supply.forgetAll(ledger.tenant());
    for (Job job : ledger.active().values()) {
      ready(job);
    }
  }

  /** The job is to be negotiated, unless it waits for something else than room. */
  void ready(Job job) {
    if (job.eligible() && job.spec().conditions().beginMs() > begins.seenMs()) {
      begins.plus(job, job.spec().conditions().beginMs());
    } else if (job.eligible()) {
      waiting.ready(job.rank(), job.spec().shape());
    }
  }

  /** The job waits no more: its negotiation ends too. */
  void drop(Job job, Outcome<TenantEvent, TenantEffect> out) {
    this.out = out;
    begins.minus(job.id().number());
    waiting.remove(job.rank());
    unexplained.remove(job.rank());
    limited.remove(job.rank());
    unreserve(job.rank(), Set.of());
    for (Negotiation negotiation : List.copyOf(live.values())) {
      if (negotiation.job().equals(job.id())) {
        negotiation.abort();
        retire(negotiation, Pace::ended);
      }
    }
  }

  /** Ends all negotiations; the jobs, which wait no more. */
  List<Job> dropNegotiated(TenantLedger ledger, Outcome<TenantEvent, TenantEffect> out) {
    List<Job> jobs = new ArrayList<>();
    for (Negotiation negotiation : List.copyOf(live.values())) {
      Job job = ledger.active().get(negotiation.job().number());
      if (job != null) {
        drop(job, out);
        jobs.add(job);
      }
    }
    return jobs;
  }

  boolean negotiates(NegotiationId negotiation) {
    return live.containsKey(negotiation);
  }

  /** What the boards are to know of the tenant. */
  DemandDigest demand(TenantLedger ledger, long version) {
    TenantLedger.Totals totals = ledger.totals();
    return new DemandDigest(
        ledger.tenant(),
        ledger.epoch(),
        version,
        totals.queued(),
        totals.placed(),
        ledger.endedCount(),
        totals.waitingMilli() - begins.gpuMilli(),
        totals.stayingMilli(),
        waiting.sinceMs(),
        waiting.parkedShapes().stream().limit(DemandDigest.SHAPES_MAX).toList(),
        ledger.quota());
  }

  /** Room came free: those that it may fit are tried again. */
  void invited(TenantMessage.Invitation invitation) {
    supply.learn(invitation.digest());
    Predicate<Shape> fits = shape -> supply.seemsToFit(invitation.node(), shape);
    waiting.unpark(fits, UNPARKED_MAX);
    waiting.readyShapes().stream().filter(fits).forEach(shape -> pace(shape).invited());
    Rank claimed = claims.at(invitation.node());
    if (claimed != null) {
      waiting.unpark(claimed);
      Shape shape = waiting.shape(claimed);
      if (shape != null) {
        pace(shape).invited();
      }
    }
  }

  /** Hands a node's answer to its negotiation. */
  List<Result> onAnswer(
      TenantMessage.OnNegotiation message,
      TenantLedger ledger,
      Moment now,
      Outcome<TenantEvent, TenantEffect> out) {
    this.out = out;
    Negotiation negotiation = live.get(message.negotiation());
    if (negotiation == null) {
      // a late double may speak of a placement that is journaled already: a hold ends by itself, a
      // lease is left to its node's inquiry
      return List.of();
    }
    if (message instanceof TenantMessage.Proposal proposal) {
      negotiation.on(proposal, now);
    } else if (message instanceof TenantMessage.Declined declined) {
      negotiation.on(declined, now);
    } else if (message instanceof Confirmation confirmation) {
      negotiation.on(confirmation);
    }
    return finished(negotiation, ledger, now);
  }

  /** Does what has come due. */
  List<Result> wake(TenantLedger ledger, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    this.out = out;
    List<Result> results = new ArrayList<>();
    for (Negotiation negotiation : List.copyOf(live.values())) {
      if (negotiation.wakeAtTickMs() <= now.tickMs()) {
        negotiation.wake(now);
        results.addAll(finished(negotiation, ledger, now));
      }
    }
    for (Rank due : claims.due(now.tickMs())) {
      waiting.unpark(due);
    }
    if (reviewTickMs <= now.tickMs()) {
      reviewTickMs = now.tickMs() + terms.reviewMs();
      // also where no room shows: why they wait may have changed
      waiting.unpark(shape -> true, UNPARKED_MAX);
      for (int n = 0; n < UNEXPLAINED_MAX && !unexplained.isEmpty(); n++) {
        waiting.unpark(unexplained.pollFirst());
      }
    }
    return results;
  }

  /** Makes those ready whose time has come; whether there were any. */
  boolean begun(TenantLedger ledger, Moment now) {
    List<Long> due = begins.due(now);
    due.stream().map(ledger.active()::get).filter(Objects::nonNull).forEach(this::ready);
    return !due.isEmpty();
  }

  /** Begins negotiations in rank order while there is room for more; returns those that cannot. */
  List<Result> pump(TenantLedger ledger, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    this.out = out;
    List<Result> hopeless = new ArrayList<>();
    explanations.forget();
    Job barred = limited.isEmpty() ? null : ledger.active().get(limited.first().job().number());
    if (barred != null && !beyondLimit(barred, ledger)) {
      waiting.unpark(limited.pollFirst());
    }
    Predicate<Shape> open = shape -> !paces.containsKey(shape) || pace(shape).open(now.tickMs());
    while (live.size() < terms.negotiation().live()) {
      Rank next = waiting.next(open);
      Job job = next == null ? null : ledger.active().get(next.job().number());
      if (next == null) {
        break;
      }
      if (job != null && job.eligible()) {
        begin(job, ledger, now).ifPresent(hopeless::add);
      }
    }
    return hopeless;
  }

  long nextTickMs() {
    long next = begins.nextTickMs();
    boolean room = live.size() < terms.negotiation().live();
    for (Shape shape : room ? waiting.readyShapes() : Set.<Shape>of()) {
      Pace pace = paces.get(shape); // without one, what is ready waits for a place among the live
      next = pace == null ? next : Math.min(next, pace.opensAtTickMs());
    }
    if (waiting.anyParked()) {
      next = Math.min(next, Math.min(reviewTickMs, claims.nextTickMs()));
    }
    for (Negotiation negotiation : live.values()) {
      next = Math.min(next, negotiation.wakeAtTickMs());
    }
    return next;
  }

  private void say(NodeMessage message) {
    if (out != null) {
      out.now(new TellNode(message));
    }
  }

  private Optional<Result> begin(Job job, TenantLedger ledger, Moment now) {
    unexplained.remove(job.rank());
    limited.remove(job.rank());
    NegotiationId id = NegotiationId.of(job.id(), epoch, ++lastNegotiation);
    Shape shape = job.spec().shape();
    if (beyondLimit(job, ledger)) {
      waiting.park(job.rank(), shape);
      limited.add(job.rank());
      return Optional.of(Reasons.hopeless(job, id, List.of(Reasons.overLimit(job, ledger)), now));
    }
    Negotiation negotiation =
        new Negotiation(
            id,
            job.rank(),
            shape,
            job.spec().nodes(),
            job.spec().task().ending().timeLimitMs(),
            terms.negotiation(),
            claims.of(job.rank()),
            supply,
            speak);
    negotiation.begin(now);
    if (negotiation.phase() == Phase.FAILED) {
      waiting.park(job.rank(), shape);
      claim(job.rank(), job.gpuMilli(), ledger, now);
      List<RefusalCount> reasons = explanations.of(shape);
      if (reasons.stream().anyMatch(each -> each.reason() == Refusal.HELD)) {
        unexplained.add(job.rank());
      }
      return Optional.of(Reasons.hopeless(job, id, reasons, now));
    }
    pace(shape).begun();
    live.put(id, negotiation);
    ranks.put(id, job.rank());
    shapes.put(id, shape);
    return Optional.empty();
  }

  /** Whether the job would bring the tenant beyond its limit, with all that is negotiated. */
  private boolean beyondLimit(Job job, TenantLedger ledger) {
    long negotiated = live.values().stream().mapToLong(Negotiation::gpuMilli).sum();
    return job.gpuMilli() > 0
        && ledger.totals().usedMilli() + negotiated + job.gpuMilli() > ledger.quota().limitMilli();
  }

  /** Nodes need not keep room for the job any more. */
  private void unreserve(Rank rank, Set<NodeId> except) {
    for (NodeId node : claims.nodes(rank)) {
      if (!except.contains(node)) {
        NegotiationId none = NegotiationId.of(rank.job(), epoch, ++lastNegotiation);
        say(new NodeMessage.Withdrawal(node, none, true));
      }
    }
    claims.end(rank.job());
  }

  /** Looks whether room is to be kept for a job that found none; whether it is. */
  private boolean claim(Rank rank, long gpuMilli, TenantLedger ledger, Moment now) {
    long used = ledger.totals().stayingMilli();
    return claims.failed(rank, gpuMilli, ledger.quota(), used, waiting.first(rank), now);
  }

  private List<Result> finished(Negotiation negotiation, TenantLedger ledger, Moment now) {
    long number = negotiation.job().number();
    if (negotiation.phase() == Phase.AGREED) {
      Set<NodeId> own = new HashSet<>();
      negotiation.confirmations().forEach(c -> own.add(c.node()));
      Rank agreed = ranks.get(negotiation.id());
      if (agreed != null) {
        claims.heard(agreed, negotiation.asked(), negotiation.keeping(), negotiation.tasks());
        unreserve(agreed, own);
      }
      retire(negotiation, Pace::agreed);
      List<Part> parts = new ArrayList<>();
      for (Confirmation c : negotiation.confirmations()) {
        parts.add(
            new Part(c.task(), c.node(), c.token(), c.grant(), c.address(), Optional.empty()));
      }
      return List.of(
          new Result(
              number,
              Optional.of(new Placement(negotiation.id(), parts, now.wallMs())),
              negotiation.record(now)));
    }
    if (negotiation.phase() == Phase.FAILED) {
      Rank rank = ranks.get(negotiation.id());
      Shape shape = shapes.get(negotiation.id());
      double chance = random.nextDouble();
      if (rank != null && shape != null) {
        claims.heard(rank, negotiation.asked(), negotiation.keeping(), negotiation.tasks());
        if (claim(rank, negotiation.gpuMilli(), ledger, now)) {
          waiting.park(rank, shape); // until a node says that it has the room, or it is due
        } else {
          waiting.ready(rank, shape);
        }
      }
      retire(negotiation, pace -> pace.failed(now.tickMs(), chance));
      return List.of(new Result(number, Optional.empty(), negotiation.record(now)));
    }
    return List.of();
  }

  private void retire(Negotiation negotiation, Consumer<Pace> how) {
    supply.forget(negotiation.id());
    live.remove(negotiation.id());
    ranks.remove(negotiation.id());
    Shape shape = shapes.remove(negotiation.id());
    if (shape != null) {
      Pace pace = pace(shape);
      how.accept(pace);
      if (pace.blank() || (pace.idle() && !waiting.any(shape))) {
        paces.remove(shape);
      }
    }
  }

  private Pace pace(Shape shape) {
    return paces.computeIfAbsent(shape, s -> new Pace(terms.negotiation().live()));
  }
}
