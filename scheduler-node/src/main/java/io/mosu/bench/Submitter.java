// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.bench.SchedulerApi.Answer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntConsumer;

/** Submits jobs in order, a bounded number at once, each to the next scheduler node in turn. */
public final class Submitter {

  private static final Duration PATIENCE = Duration.ofMinutes(2);

  private final SchedulerApi api;
  private final int inFlight;
  private final double perSecond;

  /**
   * @param perSecond at most so many a second; 0 for as fast as answers come
   */
  public Submitter(SchedulerApi api, int inFlight, double perSecond) {
    this.api = api;
    this.inFlight = inFlight;
    this.perSecond = perSecond;
  }

  /**
   * What became of one submission.
   *
   * @param postNanos from its first sending to its answer
   */
  public record Outcome(Submission submission, Answer answer, long postNanos) {
    public boolean accepted() {
      return answer.accepted();
    }

    public String job() {
      return answer.body().path("id").asText();
    }
  }

  /**
   * Returns when all are answered; outcomes in the order of the submissions.
   *
   * @param progress is told how many have been answered
   */
  public List<Outcome> run(List<Submission> submissions, IntConsumer progress) {
    Semaphore permits = new Semaphore(inFlight);
    List<Outcome> outcomes = new ArrayList<>();
    submissions.forEach(s -> outcomes.add(null));
    CompletableFuture<?>[] all = new CompletableFuture<?>[submissions.size()];
    int[] answered = {0};
    long beganNanos = System.nanoTime();
    for (int i = 0; i < submissions.size(); i++) {
      int index = i;
      Submission submission = submissions.get(i);
      pace(beganNanos, i);
      permits.acquireUninterruptibly();
      long sentNanos = System.nanoTime();
      all[i] =
          api.submit(submission.spec(), submission.key(), i, PATIENCE)
              .handle(
                  (answer, broken) ->
                      new Outcome(
                          submission,
                          answer == null ? SchedulerApi.unanswered(broken) : answer,
                          System.nanoTime() - sentNanos))
              .thenAccept(
                  outcome -> {
                    permits.release();
                    synchronized (outcomes) {
                      outcomes.set(index, outcome);
                      progress.accept(++answered[0]);
                    }
                  });
    }
    CompletableFuture.allOf(all).join();
    synchronized (outcomes) {
      return List.copyOf(outcomes);
    }
  }

  private void pace(long beganNanos, int index) {
    if (perSecond > 0) {
      long dueNanos = beganNanos + (long) (index / perSecond * TimeUnit.SECONDS.toNanos(1));
      long left = dueNanos - System.nanoTime();
      while (left > 0) {
        LockSupport.parkNanos(left);
        left = dueNanos - System.nanoTime();
      }
    }
  }
}
