// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.journal.Rules;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.Supply;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEffect.Publish;
import io.mosu.scheduler.tenant.TenantEffect.TellNode;
import java.util.SplittableRandom;

/**
 * The rules of one tenant: every job that was taken in reaches one end, and restarts only after the
 * end of its former tasks is journaled.
 */
public final class Tenant implements Rules<TenantLedger, TenantEvent, TenantEffect> {

  /** The longest that a request may wait for a job's end. */
  public static final long WAIT_MAX_MS = 25_000;

  private final TenantTerms terms;
  private final Book book;
  private final TenantDesk desk;
  private final PlacedCare placed;
  private final Queue queue;

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
    this.terms = terms;
    this.placed = new PlacedCare(terms.negotiation().resendMs(), ledger, now);
    this.queue = new Queue(ledger, terms, supply, random, now);
    this.book = new Book(ledger, placed, queue, now);
    this.desk = new TenantDesk(id, terms, supply, book, placed, queue);
  }

  @Override
  public TenantLedger ledger() {
    return book.ledger();
  }

  @Override
  public void on(Wire message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    boolean read =
        message instanceof Request asked
            && asked.query() instanceof TenantQuery query
            && !query.writes();
    if (!read) { // reads are answered while nothing can be written: they must not lead to more
      book.endHopeless(now, out);
    }
    if (message instanceof TenantMessage spoken) {
      onNode(spoken, now, out);
    } else if (message instanceof Request request && request.query() instanceof TenantQuery query) {
      desk.on(request.asker(), query, now, out);
    }
    if (!read) {
      pump(now, out);
    }
  }

  @Override
  public long wakeAtTickMs() {
    return Math.min(Math.min(book.nextTickMs(), placed.nextTickMs()), queue.nextTickMs());
  }

  @Override
  public void wake(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    book.endHopeless(now, out);
    desk.wake(now, out);
    for (long number : placed.due(now.tickMs())) {
      Job job = book.ledger().active().get(number);
      if (job != null && job.placement().isPresent()) {
        placed.say(job, now, out);
      }
    }
    queue.wake(book.ledger(), now, out).forEach(failure -> defer(failure, out));
    pump(now, out);
  }

  private void onNode(TenantMessage message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (message instanceof TenantMessage.Invitation invitation) {
      queue.invited(invitation);
    } else if (message instanceof TenantMessage.OnNegotiation spoken
        && spoken.negotiation().epoch() <= book.ledger().epoch()) {
      // of what a newer owner began, this one knows nothing and must say nothing
      onNegotiation(spoken, now, out);
    }
  }

  private void onNegotiation(
      TenantMessage.OnNegotiation message, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (message instanceof TenantMessage.Inquiry inquiry) {
      onInquiry(inquiry, out);
    } else if (message instanceof TenantMessage.StartAcknowledged start) {
      Job job = book.ledger().jobAt(start.job(), start.negotiation());
      if (job != null) {
        job.placement()
            .flatMap(p -> p.part(start.node()))
            .ifPresent(part -> placed.acknowledge(job, part, start.running(), now));
      }
    } else if (message instanceof TenantMessage.ContactChanged contact) {
      Job job = book.ledger().jobAt(contact.job(), contact.negotiation());
      if (job != null && !job.state().terminal()) {
        placed.contact(job, contact.node(), contact.lost());
      }
    } else if (message instanceof TenantMessage.Reclaim reclaim) {
      onReclaim(reclaim, now, out);
    } else if (message instanceof TenantMessage.TaskEnded ended) {
      onTaskEnded(ended, now, out);
    } else {
      queue
          .onAnswer(message, book.ledger(), now, out)
          .forEach(outcome -> settle(outcome, now, out));
    }
  }

  /** Gives back what is borrowed; what is guaranteed is kept, whoever asks. */
  private void onReclaim(
      TenantMessage.Reclaim reclaim, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Job job = book.ledger().jobAt(reclaim.job(), reclaim.negotiation());
    long staying = book.ledger().totals().stayingMilli();
    if (job != null
        && job.state() == JobState.PLACED
        && book.ledger().quota().borrowedMilli(staying) >= job.gpuMilli()) {
      long number = job.id().number();
      book.journal(new TenantEvent.Preempted(number, now.wallMs()), out);
      placed.sayAfresh(book.active(number), now, out);
    }
  }

  /** A provisional lease asks: start, stop, end, nothing yet, or give it back. */
  private void onInquiry(TenantMessage.Inquiry inquiry, Outcome<TenantEvent, TenantEffect> out) {
    if (queue.negotiates(inquiry.negotiation())) {
      return;
    }
    Job job = book.ledger().jobAt(inquiry.job(), inquiry.negotiation());
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
    Job job = book.ledger().jobAt(ended.job(), ended.negotiation());
    Part part =
        job == null || job.state().terminal()
            ? null
            : job.placement().flatMap(p -> p.part(ended.node())).orElse(null);
    if (job != null && part != null && part.exit().isEmpty()) {
      long number = job.id().number();
      // a stop that nobody here asked for is the host's doing
      boolean unasked = ended.exit().kind() == Exit.Kind.STOPPED && job.state() == JobState.PLACED;
      Exit exit = unasked ? new Exit(Exit.Kind.LOST, ended.exit().code()) : ended.exit();
      book.journal(new TenantEvent.TaskEnded(number, part.task(), exit, now.wallMs()), out);
      placed.contact(job, ended.node(), false);
      conclude(book.active(number), exit, now, out);
    }
    out.after(new TellNode(new NodeMessage.EndAcknowledged(ended.node(), ended.negotiation())));
  }

  /** What the end of one task means for its job. */
  private void conclude(Job job, Exit last, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    long number = job.id().number();
    Placement placement = job.placement().orElseThrow();
    if (!placement.allEnded()) {
      if (!last.success() && job.state() == JobState.PLACED) {
        book.journal(new TenantEvent.StopRequested(number, false, now.wallMs()), out);
        placed.sayAfresh(book.active(number), now, out);
      }
      return;
    }
    int code = PlacedCare.exitCode(placement);
    boolean lost = PlacedCare.lost(placement);
    placed.forget(number);
    boolean preempted = job.state() == JobState.PREEMPTING && (lost || code != 0);
    if (job.cancelled()) {
      book.end(number, JobState.CANCELLED, 130, now, out);
    } else if (preempted || job.state() == JobState.REQUEUING) {
      book.journal(new TenantEvent.Requeued(number, lost, now.wallMs()), out);
      queue.ready(book.active(number));
    } else if (lost
        ? job.losses() < terms.lossesMax()
        : code != 0 && job.failures() < job.spec().retries() && !PlacedCare.hopeless(placement)) {
      book.journal(new TenantEvent.Requeued(number, lost, now.wallMs()), out);
      queue.ready(book.active(number));
    } else if (code == 0 && !lost) {
      book.end(number, JobState.COMPLETED, 0, now, out);
    } else {
      book.end(number, JobState.FAILED, code == 0 ? 1 : code, now, out);
    }
  }

  /** A negotiation is over: keep the placement, or the reason why there is none. */
  private void settle(Queue.Result result, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (result.placement().isEmpty()) {
      defer(result, out);
      return;
    }
    book.journal(
        new TenantEvent.Placed(result.number(), result.placement().get(), result.decision()), out);
    placed.sayAfresh(book.active(result.number()), now, out);
  }

  private void defer(Queue.Result result, Outcome<TenantEvent, TenantEffect> out) {
    Reasons.news(book.active(result.number()), result.decision())
        .ifPresent(news -> book.journal(news, out));
  }

  private void pump(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    book.endHopeless(now, out);
    queue.pump(book.ledger(), now, out).forEach(failure -> defer(failure, out));
    book.news().ifPresent(demand -> out.after(new Publish(demand)));
  }
}
