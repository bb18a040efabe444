// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.bench.Submitter.Outcome;
import io.mosu.simulation.study.Progress;
import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.function.BooleanSupplier;

/** Places tasks and cancels them, so that what is measured afterwards runs compiled code. */
final class WarmUp {

  private static final Duration LIMIT = Duration.ofMinutes(3);
  private static final Duration LOOK_EVERY = Duration.ofMillis(500);

  private final SchedulerApi api;
  private final ClusterOptions options;
  private final PrintStream err;

  WarmUp(SchedulerApi api, ClusterOptions options, PrintStream err) {
    this.api = api;
    this.options = options;
    this.err = err;
  }

  /**
   * Returns when the last of the tasks has ended and its node is free again.
   *
   * @param most tasks that are placed at once
   */
  void run(List<Submission> submissions, int most) {
    for (int i = 0; i < submissions.size() && most > 0; i += most) {
      round(submissions.subList(i, Math.min(submissions.size(), i + most)));
    }
  }

  private void round(List<Submission> submissions) {
    Counters before = Counters.read(api);
    Progress placing = new Progress(err, "warm-up", submissions.size());
    List<Outcome> taken =
        new Submitter(api, options.inFlight, 0)
            .run(submissions, placing::at).stream().filter(Outcome::accepted).toList();
    await(() -> Counters.read(api).since(before).row("Placed") >= taken.size());
    cancel(taken);
    await(
        () -> {
          Counters grown = Counters.read(api).since(before);
          return grown.row("Released") >= grown.row("Leased");
        });
  }

  private void cancel(List<Outcome> taken) {
    Progress ending = new Progress(err, "cancel", taken.size());
    Semaphore permits = new Semaphore(options.inFlight);
    List<CompletableFuture<?>> all = new ArrayList<>();
    for (int i = 0; i < taken.size(); i++) {
      permits.acquireUninterruptibly();
      all.add(
          api.cancel(taken.get(i).job(), i).whenComplete((status, broken) -> permits.release()));
      ending.at(i + 1);
    }
    CompletableFuture.allOf(all.toArray(CompletableFuture[]::new)).join();
  }

  private static void await(BooleanSupplier condition) {
    if (!SchedulerApi.await(condition, LOOK_EVERY, LIMIT)) {
      throw new IllegalStateException(
          "the warm-up did not end within %d s; see the logs of the scheduler nodes, or --warm-up 0"
              .formatted(LIMIT.toSeconds()));
    }
  }
}
