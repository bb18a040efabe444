// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Rows of text under a header, each column as wide as its widest cell, two blanks between. */
final class Table {
  private final List<String[]> rows = new ArrayList<>();
  private final String[] header;

  Table(String... header) {
    this.header = header;
  }

  Table row(String... cells) {
    if (cells.length != header.length) {
      throw new IllegalArgumentException(
          cells.length + " cells in a table of " + Arrays.toString(header));
    }
    rows.add(cells);
    return this;
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  void print(PrintStream out, boolean withHeader) {
    List<String[]> lines = new ArrayList<>(rows);
    if (withHeader) {
      lines.add(0, header);
    }
    int[] widths = new int[header.length];
    for (String[] line : lines) {
      for (int column = 0; column < line.length; column++) {
        widths[column] = Math.max(widths[column], line[column].length());
      }
    }
    StringBuilder text = new StringBuilder();
    for (String[] line : lines) {
      for (int column = 0; column < line.length; column++) {
        text.append(line[column]);
        if (column < line.length - 1) {
          text.append(" ".repeat(widths[column] - line[column].length() + 2));
        }
      }
      text.append('\n');
    }
    out.print(text);
    out.flush();
  }
}
