// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Moment;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.negotiation.Claim;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which of a tenant's waiting jobs have room kept for them, and where. What is guaranteed is asked
 * back for every job that lacks it; beyond that the first job alone has room kept, once it has
 * waited for long. Not journaled: nodes keep nothing for one who does not ask again.
 */
final class Claims {

  /** Jobs that have room kept for them at once. */
  private static final int MAX = 16;

  /** Nodes that would keep nothing and are not asked again at once. */
  private static final int AVOIDED_MAX = 1_000;

  /** Nodes keep room for that many times the pause between two calls. */
  private static final int MISSED = 3;

  private final long reserveAfterMs;
  private final long repeatMs;
  private final Map<Rank, Claimed> claimed = new LinkedHashMap<>();
  private final Map<JobId, Rank> ranks = new HashMap<>();

  private static final class Claimed {
    private final long milli;
    private final boolean reclaim;
    private final Set<NodeId> nodes = new LinkedHashSet<>();
    private final Set<NodeId> avoided = new LinkedHashSet<>();
    private long dueTickMs;

    private Claimed(long milli, boolean reclaim, long dueTickMs) {
      this.milli = milli;
      this.reclaim = reclaim;
      this.dueTickMs = dueTickMs;
    }
  }

  Claims(TenantTerms terms) {
    this.reserveAfterMs = terms.reserveAfterMs();
    this.repeatMs = terms.reviewMs();
  }

  /**
   * Looks whether room is to be kept for the job, which found none; whether it is.
   *
   * @param gpuMilli of all its tasks
   * @param usedMilli what the tenant uses
   * @param first whether no other job of the tenant waits that goes before it
   */
  boolean failed(Rank rank, long gpuMilli, Quota quota, long usedMilli, boolean first, Moment now) {
    Claimed before = claimed.get(rank);
    long askedMilli = usedMilli + gpuMilli;
    boolean reserved = false;
    for (Claimed other : claimed.values()) {
      askedMilli += other.reclaim && other != before ? other.milli : 0;
      reserved |= !other.reclaim && other != before;
    }
    boolean reclaim = gpuMilli > 0 && askedMilli <= quota.guaranteedMilli();
    boolean reserve = first && now.wallMs() - rank.sinceMs() >= reserveAfterMs && !reserved;
    if (!reclaim && !reserve) {
      end(rank.job());
    } else if (before != null && before.reclaim == reclaim) {
      before.dueTickMs = now.tickMs() + repeatMs;
    } else if (before != null || claimed.size() < MAX) {
      claimed.put(rank, new Claimed(gpuMilli, reclaim, now.tickMs()));
      ranks.put(rank.job(), rank);
    }
    return claimed.containsKey(rank);
  }

  /** What the job's next negotiation asks for besides room. */
  Claim of(Rank rank) {
    Claimed own = claimed.get(rank);
    return own == null
        ? Claim.NONE
        : new Claim(MISSED * repeatMs, own.reclaim, own.nodes, own.avoided);
  }

  /**
   * What the nodes said in the job's negotiation. Of those that would keep nothing, others are
   * asked the next time, until there are no others.
   *
   * @param tasks as many nodes are needed
   */
  void heard(Rank rank, Set<NodeId> asked, Set<NodeId> keeping, int tasks) {
    Claimed own = claimed.get(rank);
    if (own != null) {
      own.nodes.clear();
      own.nodes.addAll(keeping);
      own.avoided.addAll(asked);
      own.avoided.removeAll(keeping);
      if (asked.size() < tasks || own.avoided.size() > AVOIDED_MAX) {
        own.avoided.clear();
      }
    }
  }

  /** The nodes that keep room for the job. */
  Set<NodeId> nodes(Rank rank) {
    Claimed own = claimed.get(rank);
    return own == null ? Set.of() : new LinkedHashSet<>(own.nodes);
  }

  /** The job for which {@code node} keeps room, or null. */
  @Nullable Rank at(NodeId node) {
    for (Map.Entry<Rank, Claimed> own : claimed.entrySet()) {
      if (own.getValue().nodes.contains(node)) {
        return own.getKey();
      }
    }
    return null;
  }

  /** The job waits no more. */
  void end(JobId job) {
    Rank rank = ranks.remove(job);
    if (rank != null) {
      claimed.remove(rank);
    }
  }

  /** Jobs that are to ask again. */
  Set<Rank> due(long nowTickMs) {
    Set<Rank> due = new LinkedHashSet<>();
    claimed.forEach(
        (rank, own) -> {
          if (own.dueTickMs <= nowTickMs) {
            own.dueTickMs = nowTickMs + repeatMs;
            due.add(rank);
          }
        });
    return due;
  }

  long nextTickMs() {
    long next = Long.MAX_VALUE;
    for (Claimed own : claimed.values()) {
      next = Math.min(next, own.dueTickMs);
    }
    return next;
  }
}
