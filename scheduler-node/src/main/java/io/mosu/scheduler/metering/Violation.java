// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

/** One place where the journal breaks a promise; {@code entity} is its persistence id. */
public record Violation(Rule rule, String entity, String detail) {

  /** What is promised. */
  public enum Rule {
    /** Sequence numbers rise by one from 1. */
    CONTIGUOUS,
    /** Every row can be read. */
    READABLE,
    /** Events follow each other: no device share is leased twice, tokens and epochs rise. */
    REPLAYS,
    /** Each owner takes the next epoch. */
    EPOCHS,
    /** A job is placed, restarted and ended only once nothing of it runs any more. */
    RUNS_ONCE,
    /** A gang is whole, each task on a node of its own. */
    GANG_WHOLE,
    /** Each lease belongs to a task of a job that is placed there. */
    LEASE_HAS_JOB,
    /** Each task that may run has its lease. */
    TASK_HAS_LEASE,
    /** Each submission, counted apart from the rules, is a job that is active or has ended. */
    JOBS_KEPT,
    /** No placement brings a tenant beyond its limit. */
    WITHIN_LIMIT,
    /** Each line of an agent's ledger can be read. */
    LEDGER_READABLE,
    /** On its own host no device is used by two tasks beyond its whole at once. */
    LEDGER_OVERLAP,
    /** The tokens of the tasks that a device runs one after another rise. */
    LEDGER_TOKENS,
    /** A task of a job runs on one host at a time. */
    LEDGER_ALONE,
    /** No token is started twice. */
    LEDGER_ONCE,
    /** What ran had a lease for it in the journal. */
    LEDGER_LEASED,
    /** What a client was told to be accepted is in the journal, and no other job by its id. */
    ACKNOWLEDGED,
    /** How a client saw a job end is how it ended. */
    ENDED_ONCE,
    /** What a scheduler node shows of a cluster at rest is what the journal holds. */
    SHOWN
  }

  @Override
  public String toString() {
    return rule + " " + entity + ": " + detail;
  }
}
