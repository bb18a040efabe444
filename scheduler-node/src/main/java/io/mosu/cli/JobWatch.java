// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.time.Clock;
import java.util.Optional;

/** Waits for a job by long polls, over fail-overs of the scheduler nodes. */
final class JobWatch {
  private static final int LONG_POLL_MS = 20_000;
  private static final int SHORT_POLL_MS_MIN = 50;
  private static final int SHORT_POLL_MS_MAX = 1_000;

  private final ApiClient client;
  private final Clock clock;
  private final String id;

  JobWatch(ApiClient client, Clock clock, String id) {
    this.client = client;
    this.clock = clock;
    this.id = id;
  }

  /** How it stands now. */
  Job now() {
    return view(Request.get("/v1/jobs/" + Request.encode(id)));
  }

  /** How it stands when it has ended, or after {@code waitMs}. */
  Job within(int waitMs) {
    return view(Request.longPoll(id, waitMs));
  }

  private Job view(Request request) {
    try {
      return new Job(client.watch(request));
    } catch (CliFailure failure) {
      throw failure.exitCode() == ExitCodes.UNREACHABLE
          ? failure.withAdvice("the job goes on meanwhile; later: `mosu wait " + id + "`")
          : failure;
    }
  }

  /** The ended job, or none when {@code timeoutMs} is over first. */
  Optional<Job> untilEnded(long timeoutMs) {
    long deadlineMs = deadline(timeoutMs);
    while (true) {
      long leftMs = deadlineMs - clock.millis();
      Job job = within((int) Math.max(0, Math.min(LONG_POLL_MS, leftMs)));
      if (job.isTerminal()) {
        return Optional.of(job);
      }
      if (clock.millis() >= deadlineMs) {
        return Optional.empty();
      }
    }
  }

  Job untilEnded() {
    return untilEnded(Long.MAX_VALUE).orElseThrow();
  }

  /**
   * The job once it is placed or has ended, or as it waits: after {@code timeoutMs}, and where
   * {@code untilRefused} as soon as a negotiation gave a reason why it waits.
   */
  Job untilPlaced(long timeoutMs, boolean untilRefused) {
    long deadlineMs = deadline(timeoutMs);
    int pollMs = SHORT_POLL_MS_MIN;
    while (true) {
      Job job = within(pollMs);
      boolean isRefused = untilRefused && job.reason() != null;
      if (job.isTerminal() || job.isPlaced() || isRefused || clock.millis() >= deadlineMs) {
        return job;
      }
      pollMs = longer(pollMs);
    }
  }

  /** The next poll is twice as long: a job that starts at once is seen at once. */
  static int longer(int pollMs) {
    return Math.min(SHORT_POLL_MS_MAX, Math.max(SHORT_POLL_MS_MIN, pollMs * 2));
  }

  private long deadline(long timeoutMs) {
    long nowMs = clock.millis();
    return timeoutMs > Long.MAX_VALUE - nowMs ? Long.MAX_VALUE : nowMs + timeoutMs;
  }
}
