// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** A verb cannot go on: what happened, what to do about it, and the exit code that says so. */
final class CliFailure extends RuntimeException {
  private static final long serialVersionUID = 1L;

  private final int exitCode;
  private final String reason;
  private final transient List<String> particulars;
  private final @Nullable String advice;

  CliFailure(
      int exitCode, String reason, String what, List<String> particulars, @Nullable String advice) {
    super(what, null, false, false);
    this.exitCode = exitCode;
    this.reason = reason;
    this.particulars = List.copyOf(particulars);
    this.advice = advice;
  }

  static CliFailure usage(String what, String advice) {
    return new CliFailure(ExitCodes.USAGE, "USAGE", what, List.of(), advice);
  }

  static CliFailure unexpected(String what, String advice) {
    return new CliFailure(ExitCodes.ERROR, "UNEXPECTED", what, List.of(), advice);
  }

  static CliFailure unreachable(String what) {
    return new CliFailure(
        ExitCodes.UNREACHABLE,
        "UNREACHABLE",
        what,
        List.of(),
        "start one with `mosu dev`, or name running ones with --address or MOSU_ADDR");
  }

  CliFailure withAdvice(String other) {
    return new CliFailure(exitCode, reason, what(), particulars, other);
  }

  String what() {
    String what = getMessage();
    return what == null ? reason : what;
  }

  int exitCode() {
    return exitCode;
  }

  boolean hasReason(String other) {
    return reason.equals(other);
  }

  /** The lines for a person: what, its particulars, and what to do. */
  String lines() {
    StringBuilder lines = new StringBuilder("error: ").append(what()).append('\n');
    for (String particular : particulars) {
      lines.append("  ").append(particular).append('\n');
    }
    if (advice != null && !advice.isEmpty()) {
      lines.append("hint: ").append(advice).append('\n');
    }
    return lines.toString();
  }
}
