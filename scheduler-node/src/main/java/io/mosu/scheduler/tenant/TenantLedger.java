// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.Iterator;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;
import org.jspecify.annotations.Nullable;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePMap;
import org.pcollections.TreePSet;

/**
 * What a tenant has journaled. Every job that was taken in is here, in one state, until it is among
 * the oldest that ended.
 *
 * @param epoch the owner epoch, 0 before the first owner
 * @param lastNumber the highest job number ever given
 * @param active jobs that have not ended, by number
 * @param ended the latest jobs that ended, by number
 * @param ends when they ended: the first one to end is forgotten first
 * @param keys idempotency keys of all these jobs
 * @param endedCount jobs that ever ended
 * @param quota what the tenant may use
 * @param awaited which jobs depend on which
 */
public record TenantLedger(
    TenantId tenant,
    long epoch,
    long lastNumber,
    TreePMap<Long, Job> active,
    TreePMap<Long, Job> ended,
    TreePSet<End> ends,
    PMap<String, Long> keys,
    long endedCount,
    Totals totals,
    Quota quota,
    Awaited awaited)
    implements Wire {

  /** Ended jobs that the ledger keeps; older ones are in the history only. */
  public static final int ENDED_MAX = 10_000;

  /**
   * Sums over the active jobs.
   *
   * @param waitingMilli GPU milli of queued jobs that wait for nothing but room
   * @param usedMilli GPU milli of placed jobs
   * @param leavingMilli of those the part of jobs that make room for other tenants
   */
  public record Totals(
      int queued, int placed, long waitingMilli, long usedMilli, long leavingMilli) {
    private static final Totals ZERO = new Totals(0, 0, 0, 0, 0);

    /** GPU milli of placed jobs that are to stay. */
    public long stayingMilli() {
      return usedMilli - leavingMilli;
    }

    private Totals plus(Job job, int sign) {
      boolean waits = job.state() == JobState.QUEUED;
      long milli = sign * job.gpuMilli();
      return new Totals(
          queued + (waits ? sign : 0),
          placed + (waits ? 0 : sign),
          waitingMilli + (job.eligible() ? milli : 0),
          usedMilli + (waits ? 0 : milli),
          leavingMilli + (job.state() == JobState.PREEMPTING ? milli : 0));
    }
  }

  /** When a job ended, wall time. */
  public record End(long atMs, long number) implements Comparable<End> {
    private static final Comparator<End> ORDER =
        Comparator.comparingLong(End::atMs).thenComparingLong(End::number);

    static End of(Job job) {
      return new End(job.endedMs(), job.id().number());
    }

    @Override
    public int compareTo(End other) {
      return ORDER.compare(this, other);
    }
  }

  public static TenantLedger blank(TenantId tenant) {
    return new TenantLedger(
        tenant,
        0,
        0,
        TreePMap.empty(),
        TreePMap.empty(),
        TreePSet.empty(),
        HashTreePMap.empty(),
        0,
        Totals.ZERO,
        Quota.NONE,
        Awaited.NONE);
  }

  /** Rebuilds a ledger without a quota from what a snapshot holds. */
  public static TenantLedger of(
      TenantId tenant,
      long epoch,
      long lastNumber,
      Collection<Job> active,
      Collection<Job> ended,
      long endedCount) {
    return of(tenant, epoch, lastNumber, active, ended, endedCount, Quota.NONE);
  }

  /** Rebuilds a ledger from what a snapshot holds. */
  public static TenantLedger of(
      TenantId tenant,
      long epoch,
      long lastNumber,
      Collection<Job> active,
      Collection<Job> ended,
      long endedCount,
      Quota quota) {
    TreePMap<Long, Job> activeMap = TreePMap.empty();
    TreePMap<Long, Job> endedMap = TreePMap.empty();
    TreePSet<End> ends = TreePSet.empty();
    PMap<String, Long> keys = HashTreePMap.empty();
    Totals totals = Totals.ZERO;
    Awaited awaited = Awaited.NONE;
    for (Job job : active) {
      activeMap = activeMap.plus(job.id().number(), job);
      keys = withKey(keys, job);
      totals = totals.plus(job, 1);
      awaited = awaited.plus(job);
    }
    for (Job job : ended) {
      endedMap = endedMap.plus(job.id().number(), job);
      ends = ends.plus(End.of(job));
      keys = withKey(keys, job);
    }
    return new TenantLedger(
        tenant,
        epoch,
        lastNumber,
        activeMap,
        endedMap,
        ends,
        keys,
        endedCount,
        totals,
        quota,
        awaited);
  }

  /** The job, whether active or ended; null if the ledger does not have it. */
  public @Nullable Job job(long number) {
    Job job = active.get(number);
    return job != null ? job : ended.get(number);
  }

  /** The job, if its placement is the one that was negotiated under {@code negotiation}. */
  @Nullable Job jobAt(JobId id, NegotiationId negotiation) {
    Job known = job(id.number());
    return known != null
            && known.placement().map(p -> p.negotiation().equals(negotiation)).orElse(false)
        ? known
        : null;
  }

  /**
   * The first {@code max} jobs above number {@code after} in any of {@code states}, all if empty.
   */
  List<Job> page(List<JobState> states, long after, int max) {
    List<Job> page = new ArrayList<>();
    // both maps are in order: merge them
    Iterator<Job> actives = active.tailMap(after + 1).values().iterator();
    Iterator<Job> endeds = ended.tailMap(after + 1).values().iterator();
    Job a = actives.hasNext() ? actives.next() : null;
    Job e = endeds.hasNext() ? endeds.next() : null;
    while ((a != null || e != null) && page.size() < max) {
      Job next;
      if (a != null && (e == null || a.id().number() < e.id().number())) {
        next = a;
        a = actives.hasNext() ? actives.next() : null;
      } else {
        next = e;
        e = endeds.hasNext() ? endeds.next() : null;
      }
      if (next != null && (states.isEmpty() || states.contains(next.state()))) {
        page.add(next);
      }
    }
    return page;
  }

  /**
   * The ledger after {@code event}; an event that cannot follow this state is a corrupt journal.
   */
  public TenantLedger apply(TenantEvent event) {
    if (event instanceof TenantEvent.EpochClaimed claimed) {
      if (claimed.epoch() <= epoch) {
        throw new IllegalStateException("epoch " + claimed.epoch() + " after " + epoch);
      }
      return with(draft -> draft.epoch = claimed.epoch());
    } else if (event instanceof TenantEvent.Submitted submitted) {
      return submit(submitted);
    } else if (event instanceof TenantEvent.Deferred deferred) {
      return change(deferred.number(), job -> job.deferred(deferred.decision()));
    } else if (event instanceof TenantEvent.Placed placed) {
      return change(placed.number(), job -> job.placed(placed.placement(), placed.decision()))
          .settle(placed.number());
    } else if (event instanceof TenantEvent.StopRequested stop) {
      return change(stop.number(), job -> job.stopping(stop.cancel()));
    } else if (event instanceof TenantEvent.Preempted preempted) {
      return change(preempted.number(), Job::preempting);
    } else if (event instanceof TenantEvent.Held held) {
      return stand(held.number(), s -> s.held(held.held()));
    } else if (event instanceof TenantEvent.Prioritised set) {
      return stand(set.number(), s -> s.priority(set.priority()));
    } else if (event instanceof TenantEvent.RequeueRequested asked) {
      return change(asked.number(), Job::requeuing);
    } else if (event instanceof TenantEvent.QuotaSet set) {
      return with(draft -> draft.quota = set.quota());
    } else if (event instanceof TenantEvent.TaskEnded task) {
      return change(
          task.number(),
          job -> job.with(job.placement().orElseThrow().ended(task.task(), task.exit())));
    } else if (event instanceof TenantEvent.Requeued requeued) {
      return change(requeued.number(), job -> job.requeued(requeued.lost()));
    } else if (event instanceof TenantEvent.Ended end) {
      return end(end);
    }
    throw new IllegalStateException("unknown event " + event);
  }

  private TenantLedger submit(TenantEvent.Submitted event) {
    if (event.number() != lastNumber + 1) {
      throw new IllegalStateException("job " + event.number() + " after " + lastNumber);
    }
    Job job =
        Job.submitted(new JobId(tenant, event.number()), event.spec(), event.key(), event.atMs());
    for (Dependency dependency : event.spec().conditions().dependencies()) {
      Job other = job(dependency.number());
      if (other == null) {
        throw new IllegalStateException(job.id() + " depends on no job: " + dependency);
      }
      job = job.standing(job.stand().after(other));
    }
    Job submitted = job;
    return with(
        draft -> {
          draft.lastNumber = event.number();
          draft.active = active.plus(event.number(), submitted);
          draft.keys = withKey(keys, submitted);
          draft.totals = totals.plus(submitted, 1);
          draft.awaited = awaited.plus(submitted);
        });
  }

  private TenantLedger stand(long number, UnaryOperator<Stand> change) {
    return change(number, job -> job.standing(change.apply(job.stand())));
  }

  private TenantLedger change(long number, UnaryOperator<Job> change) {
    Job job = activeJob(number);
    Job changed = change.apply(job);
    return with(
        draft -> {
          draft.active = active.plus(number, changed);
          draft.totals = totals.plus(job, -1).plus(changed, 1);
          if (!changed.stand().equals(job.stand())) {
            draft.awaited = awaited.minus(job).plus(changed);
          }
        });
  }

  private TenantLedger end(TenantEvent.Ended event) {
    Job job = activeJob(event.number());
    Job over = job.ended(event.state(), event.exitCode(), event.atMs());
    return with(draft -> {
          draft.active = active.minus(event.number());
          draft.ended = ended.plus(event.number(), over);
          draft.ends = ends.plus(End.of(over));
          draft.endedCount++;
          draft.totals = totals.plus(job, -1);
          draft.awaited = awaited.minus(job);
          if (draft.ended.size() > ENDED_MAX) {
            draft.forget(ends.first()); // not this one, whatever the clocks say
          }
        })
        .settle(event.number());
  }

  /** Dependencies on a job that was placed or ended hold from now on, or never will. */
  private TenantLedger settle(long number) {
    TenantLedger settled = this;
    Job other = job(number);
    for (long waiting : awaited.of(number)) {
      if (other != null) {
        settled = settled.stand(waiting, stand -> stand.after(other));
      }
    }
    return settled;
  }

  private Job activeJob(long number) {
    Job job = active.get(number);
    if (job == null) {
      throw new IllegalStateException("no active job " + number + " of " + tenant);
    }
    return job;
  }

  private static PMap<String, Long> withKey(PMap<String, Long> keys, Job job) {
    return job.key().isEmpty() ? keys : keys.plus(job.key(), job.id().number());
  }

  private TenantLedger with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new TenantLedger(
        tenant,
        draft.epoch,
        draft.lastNumber,
        draft.active,
        draft.ended,
        draft.ends,
        draft.keys,
        draft.endedCount,
        draft.totals,
        draft.quota,
        draft.awaited);
  }

  /** What may change of a ledger. */
  private static final class Draft {
    private long epoch;
    private long lastNumber;
    private TreePMap<Long, Job> active;
    private TreePMap<Long, Job> ended;
    private TreePSet<End> ends;
    private PMap<String, Long> keys;
    private long endedCount;
    private Totals totals;
    private Quota quota;
    private Awaited awaited;

    private Draft(TenantLedger ledger) {
      epoch = ledger.epoch;
      lastNumber = ledger.lastNumber;
      active = ledger.active;
      ended = ledger.ended;
      ends = ledger.ends;
      keys = ledger.keys;
      endedCount = ledger.endedCount;
      totals = ledger.totals;
      quota = ledger.quota;
      awaited = ledger.awaited;
    }

    private void forget(End first) {
      Job oldest = ended.get(first.number());
      ends = ends.minus(first);
      ended = ended.minus(first.number());
      keys = oldest == null ? keys : keys.minus(oldest.key());
    }
  }
}
