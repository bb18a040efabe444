// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.Supply;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantEffect.Publish;
import io.mosu.scheduler.tenant.TenantEffect.Reply;
import io.mosu.scheduler.tenant.TenantEffect.TellNode;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.SplittableRandom;

/**
 * The rules of one tenant: every job that was taken in reaches one end, and restarts only after the
 * end of its former tasks is journaled.
 */
public final class Tenant implements Rules<TenantLedger, TenantEvent, TenantEffect> {

  /** The longest that a request may wait for a job's end. */
  public static final long WAIT_MAX_MS = 25_000;

  private final TenantId id;
  private final TenantTerms terms;
  private final Supply supply;
  private final Watchers watchers = new Watchers();
  private final PlacedCare placed;
  private final Queue queue;
  private TenantLedger ledger;
  private long version;
  private boolean changed = true;

  /**
   * The rules of a tenant that was just recovered: queued jobs are ready, placed ones told again.
   */
  public Tenant(
      TenantId id,
      TenantLedger ledger,
      TenantTerms terms,
      Supply supply,
      SplittableRandom random,
      Moment now) {
    this.id = id;
    this.ledger = ledger;
    this.terms = terms;
    this.supply = supply;
    this.placed = new PlacedCare(terms.negotiation().resendMs(), ledger, now);
    this.queue = new Queue(ledger, terms, supply, random, now);
  }

  @Override
  public TenantLedger ledger() {
    return ledger;
  }

  @Override
  public void on(Wire message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    boolean read = false;
    if (message instanceof TenantMessage spoken) {
      onNode(spoken, now, out);
    } else if (message instanceof Request request && request.query() instanceof TenantQuery query) {
      onQuery(request.asker(), query, now, out);
      read = !query.writes();
    }
    if (!read) { // reads are answered while nothing can be written: they must not lead to more
      pump(now, out);
    }
  }

  @Override
  public long wakeAtTickMs() {
    return Math.min(Math.min(watchers.nextTickMs(), placed.nextTickMs()), queue.nextTickMs());
  }

  @Override
  public void wake(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    for (Map.Entry<Long, Long> over : watchers.overdue(now.tickMs())) {
      Job job = ledger.job(over.getKey());
      if (job != null) {
        out.after(new Reply(over.getValue(), answer(job, false)));
      }
    }
    for (long number : placed.due(now.tickMs())) {
      Job job = ledger.active().get(number);
      if (job != null && job.placement().isPresent()) {
        placed.say(job, now, out);
      }
    }
    queue.wake(ledger, now, out).forEach(failure -> defer(failure, out));
    pump(now, out);
  }

  private void onNode(TenantMessage message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (message instanceof TenantMessage.Invitation invitation) {
      queue.invited(invitation);
    } else if (message instanceof TenantMessage.OnNegotiation spoken
        && spoken.negotiation().epoch() <= ledger.epoch()) {
      // of what a newer owner began, this one knows nothing and must say nothing
      onNegotiation(spoken, now, out);
    }
  }

  private void onNegotiation(
      TenantMessage.OnNegotiation message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (message instanceof TenantMessage.Inquiry inquiry) {
      onInquiry(inquiry, out);
    } else if (message instanceof TenantMessage.StartAcknowledged start) {
      Job job = ledger.jobAt(start.job(), start.negotiation());
      if (job != null) {
        job.placement()
            .flatMap(p -> p.part(start.node()))
            .ifPresent(part -> placed.acknowledge(job, part, start.running(), now));
      }
    } else if (message instanceof TenantMessage.ContactChanged contact) {
      Job job = ledger.jobAt(contact.job(), contact.negotiation());
      if (job != null && !job.state().terminal()) {
        placed.contact(job, contact.node(), contact.lost());
      }
    } else if (message instanceof TenantMessage.Reclaim reclaim) {
      onReclaim(reclaim, now, out);
    } else if (message instanceof TenantMessage.TaskEnded ended) {
      onTaskEnded(ended, now, out);
    } else {
      queue.onAnswer(message, ledger, now, out).forEach(outcome -> settle(outcome, now, out));
    }
  }

  private void onQuery(
      long asker, TenantQuery query, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (query instanceof TenantQuery.Submit submit) {
      submit(asker, submit, now, out);
    } else if (query instanceof TenantQuery.Show) {
      out.after(new Reply(asker, new TenantAnswer.Shown(demand())));
    } else if (query instanceof TenantQuery.SetQuota set) {
      if (!set.quota().equals(ledger.quota())) {
        boolean lower = set.quota().limitMilli() < ledger.quota().limitMilli();
        List<Job> anew =
            lower ? queue.dropNegotiated(ledger, out) : List.of(); // none places beyond it
        journal(new TenantEvent.QuotaSet(set.quota(), now.wallMs()), out);
        anew.forEach(queue::ready);
      }
      out.after(new Reply(asker, new TenantAnswer.Shown(demand())));
    } else if (query instanceof TenantQuery.ListJobs list) {
      list(asker, list, out);
    } else if (query instanceof TenantQuery.OnJob on) {
      Job job = ledger.job(on.number());
      if (job == null) {
        refuse(asker, Refusal.UNKNOWN_JOB, "no job " + id + "-" + on.number(), out);
      } else if (on instanceof TenantQuery.Get get) {
        get(asker, job, get.waitMs(), now, out);
      } else {
        order(asker, job, on, now, out);
      }
    }
  }

  private void get(
      long asker, Job job, long waitMs, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (waitMs <= 0 || job.state().terminal() || watchers.full()) {
      out.after(new Reply(asker, answer(job, false)));
    } else {
      watchers.add(job.id().number(), asker, now.tickMs() + Math.min(waitMs, WAIT_MAX_MS));
    }
  }

  private void order(
      long asker,
      Job job,
      TenantQuery.OnJob order,
      Moment now,
      Outcome<TenantEvent, TenantEffect> out) {
    Optional<Refused> refused = Steering.refuse(order, job);
    if (refused.isPresent()) {
      out.after(new Reply(asker, refused.get()));
      return;
    }
    if (order instanceof TenantQuery.Cancel) {
      cancel(job, now, out);
    } else {
      Steering.event(order, job, now.wallMs()).ifPresent(event -> steer(job, event, now, out));
    }
    Job ordered = ledger.job(order.number());
    out.after(new Reply(asker, answer(ordered == null ? job : ordered, false)));
  }

  private void steer(
      Job job, TenantEvent event, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (job.state() == JobState.QUEUED) {
      queue.drop(job, out);
    }
    journal(event, out);
    Job steered = active(job.id().number());
    if (steered.state() == JobState.QUEUED) {
      queue.ready(steered);
    } else if (steered.state() != job.state()) {
      placed.sayAfresh(steered, now, out);
    }
  }

  private void submit(
      long asker, TenantQuery.Submit submit, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Long before = submit.key().isEmpty() ? null : ledger.keys().get(submit.key());
    Job known = before == null ? null : ledger.job(before);
    if (known != null) {
      out.after(new Reply(asker, answer(known, true)));
      return;
    }
    Optional<Refused> refused = Admission.refuse(submit.spec(), ledger, terms, supply);
    if (refused.isPresent()) {
      out.after(new Reply(asker, refused.get()));
      return;
    }
    long number = ledger.lastNumber() + 1;
    journal(new TenantEvent.Submitted(number, submit.spec(), submit.key(), now.wallMs()), out);
    Job job = active(number);
    supply.arrived(submit.spec().shape(), submit.spec().nodes());
    queue.ready(job);
    out.after(new Reply(asker, answer(job, false)));
  }

  private void list(long asker, TenantQuery.ListJobs list, Outcome<TenantEvent, TenantEffect> out) {
    List<Job> found = ledger.page(list.states(), list.after(), list.limit() + 1);
    List<JobAnswer> page =
        found.stream().limit(list.limit()).map(job -> answer(job, false)).toList();
    out.after(new Reply(asker, new TenantAnswer.JobsAnswer(page, found.size() > list.limit())));
  }

  private void cancel(Job job, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    long number = job.id().number();
    if (job.state() == JobState.QUEUED) {
      queue.drop(job, out);
      end(number, JobState.CANCELLED, 130, now, out);
    } else if (!job.state().terminal() && !job.cancelled()) {
      journal(new TenantEvent.StopRequested(number, true, now.wallMs()), out);
      placed.sayAfresh(active(number), now, out);
    }
  }

  /** Gives back what is borrowed; what is guaranteed is kept, whoever asks. */
  private void onReclaim(
      TenantMessage.Reclaim reclaim, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Job job = ledger.jobAt(reclaim.job(), reclaim.negotiation());
    long staying = ledger.totals().stayingMilli();
    if (job != null
        && job.state() == JobState.PLACED
        && ledger.quota().borrowedMilli(staying) >= job.gpuMilli()) {
      long number = job.id().number();
      journal(new TenantEvent.Preempted(number, now.wallMs()), out);
      placed.sayAfresh(active(number), now, out);
    }
  }

  /** A provisional lease asks: start, stop, end, nothing yet, or give it back. */
  private void onInquiry(TenantMessage.Inquiry inquiry, Outcome<TenantEvent, TenantEffect> out) {
    if (queue.negotiates(inquiry.negotiation())) {
      return;
    }
    Job job = ledger.jobAt(inquiry.job(), inquiry.negotiation());
    Part part =
        job == null ? null : job.placement().flatMap(p -> p.part(inquiry.node())).orElse(null);
    if (job == null || part == null) {
      out.after(new TellNode(new NodeMessage.Withdrawal(inquiry.node(), inquiry.negotiation())));
    } else if (job.state().terminal()) {
      out.after(
          new TellNode(new NodeMessage.EndAcknowledged(inquiry.node(), inquiry.negotiation())));
    } else {
      placed.tell(job, part, out);
    }
  }

  private void onTaskEnded(
      TenantMessage.TaskEnded ended, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Job job = ledger.jobAt(ended.job(), ended.negotiation());
    Part part =
        job == null || job.state().terminal()
            ? null
            : job.placement().flatMap(p -> p.part(ended.node())).orElse(null);
    if (job != null && part != null && part.exit().isEmpty()) {
      long number = job.id().number();
      // a stop that nobody here asked for is the host's doing
      boolean unasked = ended.exit().kind() == Exit.Kind.STOPPED && job.state() == JobState.PLACED;
      Exit exit = unasked ? new Exit(Exit.Kind.LOST, ended.exit().code()) : ended.exit();
      journal(new TenantEvent.TaskEnded(number, part.task(), exit, now.wallMs()), out);
      placed.contact(job, ended.node(), false);
      conclude(active(number), exit, now, out);
    }
    out.after(new TellNode(new NodeMessage.EndAcknowledged(ended.node(), ended.negotiation())));
  }

  /** What the end of one task means for its job. */
  private void conclude(Job job, Exit last, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    long number = job.id().number();
    Placement placement = job.placement().orElseThrow();
    if (!placement.allEnded()) {
      if (!last.success() && job.state() == JobState.PLACED) {
        journal(new TenantEvent.StopRequested(number, false, now.wallMs()), out);
        placed.sayAfresh(active(number), now, out);
      }
      return;
    }
    int code = PlacedCare.exitCode(placement);
    boolean lost = PlacedCare.lost(placement);
    placed.forget(number);
    boolean preempted = job.state() == JobState.PREEMPTING && (lost || code != 0);
    if (job.cancelled()) {
      end(number, JobState.CANCELLED, 130, now, out);
    } else if (preempted || job.state() == JobState.REQUEUING) {
      journal(new TenantEvent.Requeued(number, lost, now.wallMs()), out);
      queue.ready(active(number));
    } else if (lost
        ? job.losses() < terms.lossesMax()
        : code != 0 && job.failures() < job.spec().retries() && !PlacedCare.hopeless(placement)) {
      journal(new TenantEvent.Requeued(number, lost, now.wallMs()), out);
      queue.ready(active(number));
    } else if (code == 0 && !lost) {
      end(number, JobState.COMPLETED, 0, now, out);
    } else {
      end(number, JobState.FAILED, code == 0 ? 1 : code, now, out);
    }
  }

  private void end(
      long number, JobState state, int code, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Job job = active(number).ended(state, code, now.wallMs());
    journal(new TenantEvent.Ended(number, state, code, now.wallMs()), out);
    for (long asker : watchers.ended(number)) {
      out.after(new Reply(asker, answer(job, false)));
    }
  }

  /** A negotiation is over: keep the placement, or the reason why there is none. */
  private void settle(Queue.Result result, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (result.placement().isEmpty()) {
      defer(result, out);
      return;
    }
    journal(
        new TenantEvent.Placed(result.number(), result.placement().get(), result.decision()), out);
    placed.sayAfresh(active(result.number()), now, out);
  }

  private void defer(Queue.Result result, Outcome<TenantEvent, TenantEffect> out) {
    Reasons.news(active(result.number()), result.decision()).ifPresent(news -> journal(news, out));
  }

  private void pump(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    queue.pump(ledger, now, out).forEach(failure -> defer(failure, out));
    if (changed) {
      changed = false;
      version++;
      out.after(new Publish(demand()));
    }
  }

  private DemandDigest demand() {
    return queue.demand(ledger, version);
  }

  private void journal(TenantEvent event, Outcome<TenantEvent, TenantEffect> out) {
    ledger = ledger.apply(event);
    changed = true;
    out.journal(event);
  }

  private void refuse(
      long asker, Refusal reason, String detail, Outcome<TenantEvent, TenantEffect> out) {
    out.after(new Reply(asker, new Refused(reason, detail)));
  }

  private JobAnswer answer(Job job, boolean repeated) {
    return new JobAnswer(
        job, placed.startedMs(job.id().number()), repeated, placed.contactLost(job.id().number()));
  }

  private Job active(long number) {
    Job job = ledger.active().get(number);
    if (job == null) {
      throw new IllegalStateException("no active job " + number + " of " + id);
    }
    return job;
  }
}
