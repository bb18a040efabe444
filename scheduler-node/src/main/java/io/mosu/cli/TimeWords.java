// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/** Times and signals as users of Slurm write them, in the words of a job spec. */
final class TimeWords {
  private static final Pattern MINUTES = Pattern.compile("[0-9]{1,9}");
  private static final Pattern CLOCK =
      Pattern.compile("(?:([0-9]{1,5})-)?([0-9]{1,5})(?::([0-9]{1,5}))?(?::([0-9]{1,5}))?");
  private static final Pattern SIGNAL =
      Pattern.compile("(?:[BR]:)?(?:SIG)?([A-Z0-9]{1,10})(?:@([0-9]{1,5}))?");
  private static final Map<String, String> BY_NUMBER =
      Map.of(
          "1", "HUP", "2", "INT", "3", "QUIT", "10", "USR1", "12", "USR2", "14", "ALRM", "15",
          "TERM", "18", "CONT", "28", "WINCH");

  private TimeWords() {}

  /** {@code 10} (minutes), {@code 5:30}, {@code 1:00:00} and {@code 1-12} as a spec has them. */
  static String time(String text) {
    if (MINUTES.matcher(text).matches()) {
      return text + "m";
    }
    Matcher clock = CLOCK.matcher(text);
    if (!clock.matches()) {
      return text; // the server knows its own form, and says what is wrong
    }
    String days = clock.group(1);
    String first = clock.group(2);
    String second = clock.group(3);
    String third = clock.group(4);
    if (days != null) {
      return days + "d" + first + "h" + part(second, "m") + part(third, "s");
    }
    return third == null
        ? first + "m" + part(second, "s")
        : first + "h" + part(second, "m") + part(third, "s");
  }

  /** The signal of {@code USR1@60}, and how long before the limit, or nothing. */
  record Warning(String signal, String before) {}

  static Warning warning(String text) {
    Matcher parts = SIGNAL.matcher(text);
    if (!parts.matches()) {
      throw CliFailure.usage(
          "--signal takes NAME[@SECONDS], not " + text, "write it as --signal USR1@60");
    }
    String name = parts.group(1);
    String seconds = parts.group(2);
    return new Warning(BY_NUMBER.getOrDefault(name, name), seconds == null ? "" : seconds + "s");
  }

  private static String part(@Nullable String count, String unit) {
    return count == null ? "" : count + unit;
  }
}
