// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import java.util.List;

/** Holds what came as bytes against what a record may hold. */
final class Check {
  private static final int TEXT_MAX = 256;

  private Check() {}

  /** {@code message}, which a proto field without presence would give as an empty one. */
  static <T> T present(boolean present, T message, String field) {
    if (!present) {
      throw new IllegalArgumentException("no " + field);
    }
    return message;
  }

  static int count(int value, String field) {
    return (int) count((long) value, field);
  }

  static long count(long value, String field) {
    if (value < 0) {
      throw new IllegalArgumentException(field + " is " + value);
    }
    return value;
  }

  static double finite(double value, String field) {
    if (!Double.isFinite(value)) {
      throw new IllegalArgumentException(field + " is " + value);
    }
    return value;
  }

  static long between(long value, long min, long max, String field) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, not %d to %d".formatted(field, value, min, max));
    }
    return value;
  }

  static int between(int value, int min, int max, String field) {
    if (value < min || value > max) {
      throw new IllegalArgumentException(
          "%s is %d, not %d to %d".formatted(field, value, min, max));
    }
    return value;
  }

  /** {@code text} from a half-trusted host, which people will read on their terminals. */
  static String text(String text, String field) {
    if (text.length() > TEXT_MAX || text.chars().anyMatch(Character::isISOControl)) {
      throw new IllegalArgumentException(
          "%s has control characters or more than %d characters".formatted(field, TEXT_MAX));
    }
    return text;
  }

  static <T> List<T> atMost(int max, List<T> list, String field) {
    if (list.size() > max) {
      throw new IllegalArgumentException(
          "%d %s, at most %d are allowed".formatted(list.size(), field, max));
    }
    return list;
  }
}
