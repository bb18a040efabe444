// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.agent.KnownTask.Stage;
import io.mosu.scheduler.model.Exit;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** A task whose end the node has not acknowledged, as {@link HostRules} follow it. */
final class LiveTask {

  private static final long RESEND_MS = 1_000;
  private static final int TRIES_MAX = 4;

  KnownTask task;
  boolean running;

  /** When this life of the agent was ordered to start it, 0 if it was an earlier one. */
  long launchedTickMs;

  Exit.@Nullable Kind end;
  long resendTickMs = Long.MAX_VALUE;
  int tries;

  LiveTask(KnownTask task) {
    this.task = task;
    Exit.Kind why = task.exit().kind();
    boolean ending = why == Exit.Kind.FENCED || why == Exit.Kind.LOST || why == Exit.Kind.STOPPED;
    Exit.Kind kind = why == Exit.Kind.LOST ? Exit.Kind.FENCED : why; // what it was called before
    this.end = task.stage() == Stage.LAUNCHED && ending ? kind : null;
  }

  /** What ended it before it was started, if anything did. */
  Optional<Exit> overtaken(boolean leaseOver) {
    if (end != null) {
      return Optional.of(new Exit(end, 0));
    }
    boolean over = task.stage() != Stage.LAUNCHED || (leaseOver && endsWithLease());
    return over ? Optional.of(new Exit(Exit.Kind.FENCED, 0)) : Optional.empty();
  }

  boolean endsWithLease() {
    return end != Exit.Kind.FENCED && task.stage() == Stage.LAUNCHED && !task.origin().keep();
  }

  /** What was said is said again later, each time after a longer pause, with a bound. */
  void sayAgain(long nowTickMs) {
    resendTickMs = nowTickMs + (RESEND_MS << tries);
    tries = Math.min(TRIES_MAX, tries + 1);
  }
}
