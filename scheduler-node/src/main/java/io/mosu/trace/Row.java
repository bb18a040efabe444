// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;

/** One row of a table; the same thing may have another name in another table. */
public final class Row {
  private static final int COLUMNS_TOLD = 12;

  private final Path file;
  private final long line;
  private final Map<String, String> fields;

  Row(Path file, long line, Map<String, String> fields) {
    this.file = file;
    this.line = line;
    this.fields = fields;
  }

  /** Whether the table has the column. */
  public boolean has(String column) {
    return fields.containsKey(column);
  }

  /** The first of these columns that the table has, "" if it has none. */
  public String text(String... columns) {
    for (String column : columns) {
      String text = fields.get(column);
      if (text != null) {
        return text;
      }
    }
    return "";
  }

  /**
   * The first of these columns that the table has.
   *
   * @throws IllegalArgumentException if it has none of them, or no number of 0 or more stands there
   */
  public double number(String... columns) {
    for (String column : columns) {
      if (has(column)) {
        return number(column, text(column));
      }
    }
    throw wrong("no column " + String.join(" or ", columns) + " among " + fields.keySet());
  }

  /**
   * As {@link #number}, but {@code otherwise} where there is no column, or nothing stands there.
   */
  public double numberOr(double otherwise, String... columns) {
    for (String column : columns) {
      if (has(column)) {
        return text(column).isEmpty() ? otherwise : number(column, text(column));
      }
    }
    return otherwise;
  }

  /** As {@link #number}, without what is behind the point, and at most 2^31 - 1. */
  public int count(String... columns) {
    return (int) number(columns);
  }

  /** The first of these columns that the table has, as words between strokes. */
  public Set<String> words(String... columns) {
    Set<String> words = new TreeSet<>(List.of(text(columns).split("\\|", -1)));
    words.remove("");
    return words;
  }

  /**
   * Looks whether the table can be one of {@code what}.
   *
   * @throws IllegalArgumentException if it has none of these columns; the text names file and
   *     header
   */
  public void require(String what, String... columns) {
    for (String column : columns) {
      if (has(column)) {
        return;
      }
    }
    List<String> header = fields.keySet().stream().limit(COLUMNS_TOLD).toList();
    throw new IllegalArgumentException(
        "%s is no table of %s: no column %s, but %s%s"
            .formatted(
                file,
                what,
                String.join(" or ", columns),
                String.join(", ", header),
                fields.size() > COLUMNS_TOLD ? ", ..." : ""));
  }

  /** What to tell a person about this row. */
  public IllegalArgumentException wrong(String what) {
    return new IllegalArgumentException(file + " line " + line + ": " + what);
  }

  private double number(String column, String text) {
    double value;
    try {
      value = Double.parseDouble(text);
    } catch (NumberFormatException none) {
      throw wrong(column + " is '" + text + "', not a number");
    }
    if (!(value >= 0 && value < Double.POSITIVE_INFINITY)) {
      throw wrong(column + " is " + text + ", not 0 or more");
    }
    return value;
  }
}
