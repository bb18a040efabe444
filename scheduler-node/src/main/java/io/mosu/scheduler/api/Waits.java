// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What a job waits for besides room, or never got.
 *
 * @param reason as a word; {@code HELD} is what nodes say, so a hold by the owner has another
 * @param detail what would change it
 * @param summary a sentence about the job
 */
record Waits(String reason, String detail, String summary) {

  static Optional<Waits> of(Job job) {
    if (job.state() == JobState.FAILED && job.stand().barred().isPresent()) {
      return Optional.of(never(job, job.stand().barred().get()));
    }
    if (job.state() == JobState.FAILED
        && job.placement().isEmpty()
        && job.spec().latestStartMs() < Long.MAX_VALUE) {
      return Optional.of(late(job));
    }
    if (job.state() != JobState.QUEUED) {
      return Optional.empty();
    }
    if (job.stand().held()) {
      String release = "release it with: mosu release " + job.id();
      return Optional.of(new Waits("ON_HOLD", release, "is on hold; " + release));
    }
    if (!job.stand().awaits().isEmpty()) {
      return Optional.of(dependent(job));
    }
    long beginMs = job.spec().conditions().beginMs();
    String begin = "until " + Json.time(beginMs) + ", not to begin before";
    return beginMs > System.currentTimeMillis()
        ? Optional.of(new Waits("BEGIN", begin, "waits " + begin))
        : Optional.empty();
  }

  private static Waits dependent(Job job) {
    String others =
        job.stand().awaits().stream()
            .map(each -> "%s %s (%s)".formatted(other(job, each), each.kind().words(), each.kind()))
            .collect(Collectors.joining(", for "));
    return new Waits("DEPENDENCY", "for " + others, "waits for " + others);
  }

  /** What was taken in and failed without a place has missed its deadline, or is barred. */
  private static Waits late(Job job) {
    long limitMs = job.spec().task().ending().timeLimitMs();
    String detail =
        "by %s it had no place to start%s, and its deadline was %s"
            .formatted(
                Json.time(job.spec().latestStartMs()),
                job.attempt() > 0 ? " again" : "",
                limitMs == 0
                    ? "then"
                    : "%s, with a timeLimit of %d s"
                        .formatted(
                            Json.time(job.spec().conditions().deadlineMs()), limitMs / 1000));
    return new Waits("DEADLINE", detail, "was ended: " + detail);
  }

  private static Waits never(Job job, Dependency barred) {
    String detail =
        "%s can never hold: %s has ended %s"
            .formatted(
                barred.kind() + ":" + other(job, barred),
                other(job, barred),
                barred.kind() == Dependency.Kind.AFTERNOTOK ? "well" : "otherwise");
    return new Waits("DEPENDENCY", detail, "was never started: " + detail);
  }

  private static String other(Job job, Dependency dependency) {
    return dependency.on(job.id().tenant()).toString();
  }
}
