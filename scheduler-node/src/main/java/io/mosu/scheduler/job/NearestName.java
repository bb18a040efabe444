// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** Finds what somebody who mistyped a name may have meant. */
final class NearestName {
  private static final int EDITS_MAX = 3;
  private static final int LENGTH_MAX = 40;

  private NearestName() {}

  /** The name of fewest edits, null if none is near. */
  static @Nullable String of(String typed, List<String> names) {
    if (typed.length() > LENGTH_MAX) {
      return null;
    }
    String plain = plain(typed);
    String nearest = null;
    int fewest = EDITS_MAX + 1;
    for (String name : names) {
      int edits = edits(plain, plain(name));
      if (edits < fewest && edits < name.length() - 1) {
        fewest = edits;
        nearest = name;
      }
    }
    return nearest;
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replace("_", "").replace("-", "");
  }

  /** Insertions, deletions, replacements that make one of the other. */
  private static int edits(String one, String other) {
    int[] row = new int[other.length() + 1];
    for (int j = 0; j <= other.length(); j++) {
      row[j] = j;
    }
    for (int i = 1; i <= one.length(); i++) {
      int diagonal = row[0];
      row[0] = i;
      for (int j = 1; j <= other.length(); j++) {
        int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
        diagonal = row[j];
        row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
      }
    }
    return row[other.length()];
  }
}
