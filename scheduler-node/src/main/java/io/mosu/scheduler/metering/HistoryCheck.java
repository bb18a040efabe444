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

  @SuppressWarnings("ArrayRecordComponent")
  private record Line(String file, String[] words) {}

  private final List<Line> told = new ArrayList<>();

  /** Reads a history; before the journal is read, so that what it has must be there. */
  void read(Path file) {
    try (Stream<String> all = Files.lines(file)) {
      all.map(line -> line.strip().split("\\s+", 3))
          .filter(words -> !words[0].isEmpty() && !"-#".contains(words[0].substring(0, 1)))
          .forEach(words -> told.add(new Line(file.toString(), words)));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  long lines() {
    return told.size();
  }

  List<Violation> check(Predicate<JobId> submitted, Function<JobId, Optional<JobState>> state) {
    List<Violation> found = new ArrayList<>();
    for (Line line : told) {
      String[] words = line.words();
      Optional<JobId> job = JobId.parse(words[0]);
      if (job.isEmpty() || !submitted.test(job.get())) {
        found.add(
            new Violation(Rule.ACKNOWLEDGED, line.file(), words[0] + " is not in the journal"));
        continue;
      }
      Optional<JobState> now = state.apply(job.get());
      boolean ended = words.length > 1 && STATES.contains(words[1]);
      if (ended && now.isPresent() && !now.get().name().equals(words[1])) {
        found.add(
            new Violation(
                Rule.ENDED_ONCE,
                line.file(),
                words[0] + " was seen " + words[1] + " and is " + now.get()));
      }
    }
    return found;
  }
}
