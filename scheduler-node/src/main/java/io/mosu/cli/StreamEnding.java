// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;

/** How a stream ended; {@code refusal} if it never was opened. */
record StreamEnding(String end, int exitCode, String detail, @Nullable CliFailure refusal) {

  static StreamEnding broken(String detail) {
    return new StreamEnding("BROKEN", 0, detail, null);
  }

  boolean isBroken() {
    return refusal == null && end.equals("BROKEN");
  }

  boolean isFinished() {
    return refusal == null && end.equals("FINISHED");
  }

  /** The exit code of a command that ended; else the failure to be told. */
  int exitCodeOrThrow(String goesOn) {
    if (refusal != null) {
      throw refusal;
    }
    return switch (end) {
      case "EXITED" -> ExitCodes.ofTask(exitCode);
      case "FINISHED" -> ExitCodes.OK;
      default -> throw failure(goesOn);
    };
  }

  CliFailure failure(String goesOn) {
    if (refusal != null) {
      return refusal;
    }
    String what = "the stream ended" + (detail.isEmpty() ? "" : ": " + detail);
    return new CliFailure(ExitCodes.UNREACHABLE, end, what, List.of(), goesOn);
  }
}
