// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import java.util.List;

/** A value of the text, with the line it starts on, from 1. */
sealed interface SpecNode {

  int line();

  /** What it is, for a message. */
  String kind();

  /**
   * Text or a number.
   *
   * @param text as written, without quotes
   * @param quoted whether it can only be text
   */
  record Scalar(int line, String text, boolean quoted) implements SpecNode {

    boolean isNull() {
      return !quoted
          && switch (text) {
            case "", "~", "null", "Null", "NULL" -> true;
            default -> false;
          };
    }

    @Override
    public String kind() {
      return isNull() ? "no value" : (quoted ? "the text " : "") + Shown.of(text);
    }
  }

  record Items(int line, List<SpecNode> items) implements SpecNode {
    @Override
    public String kind() {
      return "a list";
    }
  }

  record Fields(int line, List<Field> fields) implements SpecNode {
    @Override
    public String kind() {
      return "a mapping";
    }
  }

  record Field(int line, String name, SpecNode value) {}
}
