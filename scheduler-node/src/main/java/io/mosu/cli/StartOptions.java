// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** What a job waits for besides room, as options of {@code run} and {@code submit}. */
final class StartOptions {
  @Option(names = "--hold", description = "Do not start before `mosu release`.")
  boolean isHeld;

  @Option(
      names = "--dependency",
      paramLabel = "KIND:JOB",
      split = ",",
      description =
          "Start only after another job of the tenant: after (it started), afterok (it completed),"
              + " afterany (it ended), afternotok (it failed or was cancelled). Several, separated"
              + " by commas, must all hold; afterok:a-1:a-2 names two jobs.")
  List<String> dependencies = new ArrayList<>();

  @Option(
      names = "--begin",
      paramLabel = "TIME",
      description = "Do not start before: +2h, 2026-05-01T08:00 (of this host) or with an offset.")
  @Nullable String begin;

  @Option(
      names = "--deadline",
      paramLabel = "TIME",
      description =
          "End the job if it waits when it could no longer end by then, going by its time limit;"
              + " without one, if it has not started by then.")
  @Nullable String deadline;

  /** The fields of a spec that were given. */
  Map<String, Object> fields(Instant now) {
    Map<String, Object> given = new LinkedHashMap<>();
    if (isHeld) {
      given.put("hold", true);
    }
    if (!dependencies.isEmpty()) {
      given.put(
          "dependencies", dependencies.stream().flatMap(each -> split(each).stream()).toList());
    }
    if (begin != null) {
      given.put("begin", DutyOrder.instant("--begin", begin, now));
    }
    if (deadline != null) {
      given.put("deadline", DutyOrder.instant("--deadline", deadline, now));
    }
    return given;
  }

  /** Slurm's {@code afterok:1:2} is two dependencies of one kind. */
  private static List<String> split(String text) {
    String[] parts = text.split(":", -1);
    List<String> each = new ArrayList<>();
    for (int i = 1; i < parts.length; i++) {
      each.add(parts[0] + ":" + parts[i]);
    }
    return each.isEmpty() ? List.of(text) : each;
  }
}
