// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

/** Foreign text made safe for a one-line message: short, quoted, without control characters. */
final class Shown {
  private static final int LENGTH_MAX = 40;

  private Shown() {}

  static String of(String text) {
    return '"' + bare(text) + '"';
  }

  static String bare(String text) {
    StringBuilder shown = new StringBuilder();
    int length = 0;
    for (int i = 0; i < text.length() && length < LENGTH_MAX; length++) {
      int point = text.codePointAt(i);
      i += Character.charCount(point);
      if (isUnsafe(point)) {
        shown.append(String.format("\\u%04x", point));
      } else {
        shown.appendCodePoint(point);
      }
    }
    return length == LENGTH_MAX && text.codePointCount(0, text.length()) > LENGTH_MAX
        ? shown.append("...").toString()
        : shown.toString();
  }

  /** Whether a terminal or a log could take it for something other than text. */
  static boolean isUnsafe(int point) {
    return switch (Character.getType(point)) {
      case Character.CONTROL,
          Character.FORMAT,
          Character.LINE_SEPARATOR,
          Character.PARAGRAPH_SEPARATOR,
          Character.SURROGATE ->
          true;
      default -> false;
    };
  }
}
