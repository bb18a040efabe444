// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.journal.Outcome;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.negotiation.Demand.DemandDigest;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantEffect.Reply;
import java.util.Collection;
import java.util.List;
import java.util.Optional;

/** What the parts of a tenant's rules share: the ledger, and what follows when it changes. */
final class Book {

  private final Watchers watchers = new Watchers();
  private final PlacedCare placed;
  private final Queue queue;
  private final Calendar latestStarts;
  private TenantLedger ledger;
  private long version;
  private boolean changed = true;

  Book(TenantLedger ledger, PlacedCare placed, Queue queue, Moment now) {
    this.ledger = ledger;
    this.placed = placed;
    this.queue = queue;
    this.latestStarts = new Calendar(now);
    ledger.active().values().forEach(this::mindDeadline);
  }

  TenantLedger ledger() {
    return ledger;
  }

  /** Who waits for the end of a job. */
  Watchers watchers() {
    return watchers;
  }

  void journal(TenantEvent event, Outcome<TenantEvent, TenantEffect> out) {
    Collection<Long> waiting = awaiting(event);
    ledger = ledger.apply(event);
    changed = true;
    out.journal(event);
    if (event instanceof TenantEvent.Submitted submitted) {
      mindDeadline(active(submitted.number()));
    } else if (event instanceof TenantEvent.Requeued requeued) {
      mindDeadline(active(requeued.number()));
    } else if (event instanceof TenantEvent.Ended ended) {
      latestStarts.minus(ended.number());
    }
    for (long number : waiting) {
      queue.ready(active(number));
    }
  }

  /** Those that may start once {@code event} is journaled. */
  private Collection<Long> awaiting(TenantEvent event) {
    if (event instanceof TenantEvent.Placed placed) {
      return ledger.awaited().of(placed.number());
    }
    return event instanceof TenantEvent.Ended ended
        ? ledger.awaited().of(ended.number())
        : List.of();
  }

  private void mindDeadline(Job job) {
    if (job.spec().latestStartMs() < Long.MAX_VALUE) {
      latestStarts.plus(job, job.spec().latestStartMs());
    }
  }

  long nextTickMs() {
    boolean anyBarred = !ledger.awaited().barred().isEmpty(); // left by an owner before this one
    return anyBarred ? 0 : Math.min(watchers.nextTickMs(), latestStarts.nextTickMs());
  }

  /**
   * Ends jobs that can never start: those that would miss their deadline, those whose dependency
   * cannot hold any more, and so on with what depends on them.
   */
  void endHopeless(Moment now, Outcome<TenantEvent, TenantEffect> out) {
    for (long late : latestStarts.due(now)) {
      Job job = ledger.active().get(late);
      if (job != null && job.state() == JobState.QUEUED) {
        queue.drop(job, out);
        end(late, JobState.FAILED, 1, now, out);
      }
    }
    while (!ledger.awaited().barred().isEmpty()) {
      end(ledger.awaited().barred().first(), JobState.FAILED, 1, now, out);
    }
    changed |= queue.begun(ledger, now);
  }

  void end(
      long number, JobState state, int code, Moment now, Outcome<TenantEvent, TenantEffect> out) {
    Job job = active(number).ended(state, code, now.wallMs());
    journal(new TenantEvent.Ended(number, state, code, now.wallMs()), out);
    for (long asker : watchers.ended(number)) {
      out.after(new Reply(asker, answer(job, false)));
    }
  }

  JobAnswer answer(Job job, boolean repeated) {
    return new JobAnswer(
        job, placed.startedMs(job.id().number()), repeated, placed.contactLost(job.id().number()));
  }

  Job active(long number) {
    Job job = ledger.active().get(number);
    if (job == null) {
      throw new IllegalStateException("no active job " + number + " of " + ledger.tenant());
    }
    return job;
  }

  /** What the boards are to know. */
  DemandDigest demand() {
    return queue.demand(ledger, version);
  }

  /** What the boards are to know, if it is not what they were told last. */
  Optional<DemandDigest> news() {
    if (!changed) {
      return Optional.empty();
    }
    changed = false;
    version++;
    return Optional.of(demand());
  }
}
