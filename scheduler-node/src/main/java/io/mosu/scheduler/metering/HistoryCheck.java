// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.tenant.JobState;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Holds what clients were told against the journal. A line of a client's history is {@code JOB} for
 * an accepted submission, or {@code JOB STATE} for a job that it saw ended; what follows does not
 * count, nor do lines that begin with {@code -} or {@code #}.
 */
final class HistoryCheck {
  private static final List<String> STATES =
      Arrays.stream(JobState.values()).filter(JobState::terminal).map(JobState::name).toList();

  private final Predicate<JobId> submitted;
  private final Function<JobId, Optional<JobState>> state;
  private final List<Violation> found = new ArrayList<>();
  private long lines;

  HistoryCheck(Predicate<JobId> submitted, Function<JobId, Optional<JobState>> state) {
    this.submitted = submitted;
    this.state = state;
  }

  void read(Path file) {
    try (Stream<String> all = Files.lines(file)) {
      all.forEach(line -> accept(file.toString(), line.strip().split("\\s+", 3)));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  long lines() {
    return lines;
  }

  List<Violation> violations() {
    return List.copyOf(found);
  }

  private void accept(String file, String[] words) {
    if (words[0].isEmpty() || words[0].startsWith("-") || words[0].startsWith("#")) {
      return;
    }
    lines++;
    Optional<JobId> job = JobId.parse(words[0]);
    if (job.isEmpty() || !submitted.test(job.get())) {
      found.add(new Violation(Rule.ACKNOWLEDGED, file, words[0] + " is not in the journal"));
      return;
    }
    Optional<JobState> now = state.apply(job.get());
    boolean ended = words.length > 1 && STATES.contains(words[1]);
    if (ended && now.isPresent() && !now.get().name().equals(words[1])) {
      found.add(
          new Violation(
              Rule.ENDED_ONCE, file, words[0] + " was seen " + words[1] + " and is " + now.get()));
    }
  }
}
