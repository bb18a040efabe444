// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantLedger;

/** What a job waits for besides room, judged by how the other jobs stand. */
final class Awaited {

  private Awaited() {}

  /** A job was placed: nothing may have kept it. */
  static void placed(TenantLedger ledger, Job job, long wallMs) {
    if (job.stand().held()) {
      throw new Invariants.Violation(job.id() + " was placed while on hold");
    }
    if (wallMs < job.spec().conditions().beginMs()) {
      throw new Invariants.Violation(job.id() + " was placed before its time");
    }
    if (job.placement().orElseThrow().atMs() >= job.spec().latestStartMs()) {
      throw new Invariants.Violation(job.id() + " was placed too late for its deadline");
    }
    for (Dependency dependency : job.spec().conditions().dependencies()) {
      if (!holds(dependency, other(ledger, dependency))) {
        throw new Invariants.Violation(job.id() + " was placed before " + dependency);
      }
    }
  }

  /** A job ended: whether that is so because it can never start. */
  static boolean ended(TenantLedger ledger, Job job, long wallMs) {
    if (job.placement().isEmpty() && wallMs >= job.spec().latestStartMs()) {
      return true;
    }
    if (job.state() != JobState.FAILED || job.attempt() > 0) {
      return false;
    }
    return job.spec().conditions().dependencies().stream()
        .anyMatch(
            each -> {
              Job other = other(ledger, each);
              return other.state().terminal() && !holds(each, other);
            });
  }

  private static boolean holds(Dependency dependency, Job other) {
    boolean completed = other.state() == JobState.COMPLETED;
    return switch (dependency.kind()) {
      case AFTER -> other.attempt() > 0 || other.state().terminal();
      case AFTEROK -> completed;
      case AFTERANY -> other.state().terminal();
      case AFTERNOTOK -> other.state().terminal() && !completed;
    };
  }

  private static Job other(TenantLedger ledger, Dependency dependency) {
    Job other = ledger.job(dependency.number());
    if (other == null) {
      throw new Invariants.Violation("nobody has " + dependency);
    }
    return other;
  }
}
