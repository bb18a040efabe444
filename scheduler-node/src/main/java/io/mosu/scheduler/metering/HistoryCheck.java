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
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Stream;

/**
 * Holds what clients were told against the journal. A line of a client's history is {@code JOB} for
 * an accepted submission, with a word {@code key=KEY} where it had an idempotency key, or {@code
 * JOB STATE} for a job that it saw ended; other words do not count, nor do lines that begin with
 * {@code -} or {@code #}.
 */
final class HistoryCheck {
  private static final String KEY = "key=";
  private static final List<String> STATES =
      Arrays.stream(JobState.values()).filter(JobState::terminal).map(JobState::name).toList();

  private record Line(String file, List<String> words) {
    private String job() {
      return words.get(0);
    }

    private Optional<String> end() {
      return words.stream().skip(1).limit(1).filter(STATES::contains).findFirst();
    }

    private String key() {
      return words.stream()
          .filter(word -> word.startsWith(KEY))
          .findFirst()
          .map(word -> word.substring(KEY.length()))
          .orElse("");
    }
  }

  private final List<Line> told = new ArrayList<>();

  /** Reads a history; before the journal is read, so that what it has must be there. */
  void read(Path file) {
    try (Stream<String> all = Files.lines(file)) {
      all.map(line -> line.strip().split("\\s+", 0))
          .filter(words -> !words[0].isEmpty() && !"-#".contains(words[0].substring(0, 1)))
          .forEach(words -> told.add(new Line(file.toString(), List.of(words))));
    } catch (IOException failure) {
      throw new UncheckedIOException("cannot read " + file, failure);
    }
  }

  long lines() {
    return told.size();
  }

  /**
   * Checks what was read.
   *
   * @param key the journal's key of a submission, empty text for none; empty if it never was
   * @param state how the journal says that the job ended, or stands
   */
  List<Violation> check(
      Function<JobId, Optional<String>> key, Function<JobId, Optional<JobState>> state) {
    List<Violation> found = new ArrayList<>();
    Map<JobId, String> accepted = new HashMap<>();
    for (Line line : told) {
      Optional<JobId> job = JobId.parse(line.job());
      Optional<String> journaled = job.flatMap(key);
      if (job.isEmpty() || journaled.isEmpty()) {
        found.add(acknowledged(line, "is not in the journal"));
      } else if (line.end().isPresent()) {
        String end = line.end().get();
        String now = state.apply(job.get()).map(JobState::name).orElse("unknown");
        if (!now.equals(end)) {
          String detail = "%s was seen %s and is %s".formatted(line.job(), end, now);
          found.add(new Violation(Rule.ENDED_ONCE, line.file(), detail));
        }
      } else {
        String own = line.key();
        String before = accepted.putIfAbsent(job.get(), own);
        if (before != null && (own.isEmpty() || !before.equals(own))) {
          found.add(acknowledged(line, "was given to two submissions"));
        } else if (!own.isEmpty() && !own.equals(journaled.get())) {
          found.add(
              acknowledged(
                  line, "was accepted with key %s and has %s".formatted(own, journaled.get())));
        }
      }
    }
    return found;
  }

  private static Violation acknowledged(Line line, String what) {
    return new Violation(Rule.ACKNOWLEDGED, line.file(), line.job() + " " + what);
  }
}
