// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.time.Duration;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import org.jspecify.annotations.Nullable;

/** How long ago something was, in the two largest units that say something. */
final class Age {
  private Age() {}

  static String of(@Nullable String since, Instant now) {
    if (since == null) {
      return "-";
    }
    try {
      return of(Duration.between(Instant.parse(since), now));
    } catch (DateTimeParseException malformed) {
      return "-";
    }
  }

  /** Clocks differ: what lies in the future is shown as now. */
  static String of(Duration age) {
    long seconds = Math.max(0, age.toSeconds());
    if (seconds < 120) {
      return seconds + "s";
    }
    long minutes = seconds / 60;
    if (minutes < 10) {
      return minutes + "m" + (seconds % 60 == 0 ? "" : seconds % 60 + "s");
    }
    if (minutes < 120) {
      return minutes + "m";
    }
    long hours = minutes / 60;
    if (hours < 10) {
      return hours + "h" + (minutes % 60 == 0 ? "" : minutes % 60 + "m");
    }
    return hours < 48 ? hours + "h" : hours / 24 + "d";
  }
}
