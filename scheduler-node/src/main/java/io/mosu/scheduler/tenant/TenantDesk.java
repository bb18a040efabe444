// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.negotiation.Supply;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantEffect.Reply;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** The part of a tenant's rules that answers the edge: it takes jobs in, shows and steers them. */
final class TenantDesk {

  private final TenantId id;
  private final TenantTerms terms;
  private final Supply supply;
  private final Book book;
  private final PlacedCare placed;
  private final Queue queue;

  TenantDesk(
      TenantId id, TenantTerms terms, Supply supply, Book book, PlacedCare placed, Queue queue) {
    this.id = id;
    this.terms = terms;
    this.supply = supply;
    this.book = book;
    this.placed = placed;
    this.queue = queue;
  }

  /** Answers those who have waited long enough. */
  void wake(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    for (Map.Entry<Long, Long> over : book.watchers().overdue(now.tickMs())) {
      Job job = book.ledger().job(over.getKey());
      if (job != null) {
        out.after(new Reply(over.getValue(), book.answer(job, false)));
      }
    }
  }

  void on(long asker, TenantQuery query, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (query instanceof TenantQuery.Submit submit) {
      submit(asker, submit, now, out);
    } else if (query instanceof TenantQuery.Show) {
      out.after(new Reply(asker, new TenantAnswer.Shown(book.demand())));
    } else if (query instanceof TenantQuery.SetQuota set) {
      if (!set.quota().equals(book.ledger().quota())) {
        boolean lower = set.quota().limitMilli() < book.ledger().quota().limitMilli();
        List<Job> anew =
            lower ? queue.dropNegotiated(book.ledger(), out) : List.of(); // none places beyond it
        book.journal(new TenantEvent.QuotaSet(set.quota(), now.wallMs()), out);
        anew.forEach(queue::ready);
      }
      out.after(new Reply(asker, new TenantAnswer.Shown(book.demand())));
    } else if (query instanceof TenantQuery.ListJobs list) {
      list(asker, list, out);
    } else if (query instanceof TenantQuery.OnJob on) {
      Job job = book.ledger().job(on.number());
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
    if (waitMs <= 0 || job.state().terminal() || book.watchers().full()) {
      out.after(new Reply(asker, book.answer(job, false)));
    } else {
      book.watchers()
          .add(job.id().number(), asker, now.tickMs() + Math.min(waitMs, Tenant.WAIT_MAX_MS));
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
    Job ordered = book.ledger().job(order.number());
    out.after(new Reply(asker, book.answer(ordered == null ? job : ordered, false)));
  }

  private void steer(
      Job job, TenantEvent event, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    if (job.state() == JobState.QUEUED) {
      queue.drop(job, out);
    }
    book.journal(event, out);
    Job steered = book.active(job.id().number());
    if (steered.state() == JobState.QUEUED) {
      queue.ready(steered);
    } else if (steered.state() != job.state()) {
      placed.sayAfresh(steered, now, out);
    }
  }

  private void submit(
      long asker, TenantQuery.Submit submit, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Long before = submit.key().isEmpty() ? null : book.ledger().keys().get(submit.key());
    Job known = before == null ? null : book.ledger().job(before);
    if (known != null) {
      out.after(new Reply(asker, book.answer(known, true)));
      return;
    }
    Optional<Refused> refused = Admission.refuse(submit.spec(), book.ledger(), terms, supply, now);
    if (refused.isPresent()) {
      out.after(new Reply(asker, refused.get()));
      return;
    }
    long number = book.ledger().lastNumber() + 1;
    book.journal(new TenantEvent.Submitted(number, submit.spec(), submit.key(), now.wallMs()), out);
    Job job = book.active(number);
    supply.arrived(submit.spec().shape(), submit.spec().nodes());
    queue.ready(job);
    out.after(new Reply(asker, book.answer(job, false)));
  }

  private void list(long asker, TenantQuery.ListJobs list, Outcome<TenantEvent, TenantEffect> out) {
    List<Job> found = book.ledger().page(list.states(), list.after(), list.limit() + 1);
    List<JobAnswer> page =
        found.stream().limit(list.limit()).map(job -> book.answer(job, false)).toList();
    out.after(new Reply(asker, new TenantAnswer.JobsAnswer(page, found.size() > list.limit())));
  }

  private void cancel(Job job, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    long number = job.id().number();
    if (job.state() == JobState.QUEUED) {
      queue.drop(job, out);
      book.end(number, JobState.CANCELLED, 130, now, out);
    } else if (!job.state().terminal() && !job.cancelled()) {
      book.journal(new TenantEvent.StopRequested(number, true, now.wallMs()), out);
      placed.sayAfresh(book.active(number), now, out);
    }
  }

  private void refuse(
      long asker, Refusal reason, String detail, Outcome<TenantEvent, TenantEffect> out) {
    out.after(new Reply(asker, new Refused(reason, detail)));
  }
}
