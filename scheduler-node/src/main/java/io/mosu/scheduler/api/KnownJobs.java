// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Refusal;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.pattern.Patterns;

/**
 * Tells jobs that may exist from those that cannot, so that a made-up id wakes no tenant: a tenant
 * that was asked once is journaled for ever.
 */
final class KnownJobs {
  /** A tenant that another scheduler node has just opened is on this board within moments. */
  private static final Duration LOOK_AGAIN = Duration.ofMillis(100);

  private static final int LOOKS_MAX = 20;

  private final ActorSystem<?> system;
  private final Board board;

  KnownJobs(ApiContext context) {
    this.system = context.system();
    this.board = context.board();
  }

  CompletionStage<JobId> job(String text) {
    JobId id =
        JobId.parse(text)
            .filter(job -> Ids.isTenant(job.tenant().value()))
            .orElseThrow(() -> unknown(text));
    return look(id, 1);
  }

  private CompletionStage<JobId> look(JobId id, int looks) {
    if (board.knows(id.tenant())) {
      return CompletableFuture.completedFuture(id);
    }
    if (looks >= LOOKS_MAX) {
      return CompletableFuture.failedFuture(unknown(id.toString()));
    }
    return Patterns.after(LOOK_AGAIN, system, () -> look(id, looks + 1));
  }

  private static Denial unknown(String text) {
    return new Denial(Refusal.UNKNOWN_JOB, "no job " + Parameters.shown(text));
  }
}
