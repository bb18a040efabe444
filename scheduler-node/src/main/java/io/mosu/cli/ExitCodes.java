// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

/** The exit codes that scripts may rely on; `mosu --help` documents them. */
final class ExitCodes {
  static final int OK = 0;
  static final int ERROR = 1;
  static final int NOT_PLACED = 2;
  static final int REJECTED = 3;
  static final int NOT_FOUND = 4;
  static final int UNREACHABLE = 5;
  static final int USAGE = 64;
  static final int CANCELLED = 130;

  static final String[] HELP = {
    "",
    "Exit codes:",
    "    0  ok",
    "    1  error: the server failed, or something unexpected",
    "    2  accepted, but cannot be placed now (submit --wait-placed only)",
    "    3  rejected by policy: a limit, a quota, or no node could ever host it",
    "    4  not found",
    "    5  no scheduler node answers, or its store is unavailable",
    "   64  usage, or an invalid job spec",
    "  run, wait and submit --wait hand on the job's exit code: that of the first of its tasks,",
    "  by rank, that failed; 128+n for signal n, 137 also where memory ran out; 124 for a job",
    "  over its time limit; 130 for a cancelled job.",
    "  exec hands on the command's exit code; 5 where the way to it broke."
  };

  private ExitCodes() {}

  /** A reason that this client does not know yet is judged by its HTTP status. */
  static int of(String reason, int status) {
    return switch (reason) {
      case "INVALID_SPEC" -> USAGE;
      case "BODY_TOO_LARGE", "IMPOSSIBLE", "QUEUE_FULL", "DEADLINE" -> REJECTED;
      case "UNKNOWN_WORKDIR",
          "UNKNOWN_JOB",
          "UNKNOWN_NODE",
          "UNKNOWN_DEVICE",
          "UNKNOWN_TENANT",
          "NO_LOG",
          "NOT_RUNNING",
          "JOB_ENDED" ->
          NOT_FOUND;
      case "PORT_NOT_DECLARED", "NO_TERMINAL", "STREAM_LIMIT", "FOREIGN_ORIGIN" -> REJECTED;
      case "STORE_UNAVAILABLE", "OUTCOME_UNKNOWN", "NOT_READY", "NO_ANSWER", "PORT_CLOSED" ->
          UNREACHABLE;
      case "INTERNAL" -> ERROR;
      default -> ofStatus(status);
    };
  }

  private static int ofStatus(int status) {
    return switch (status) {
      case 400 -> USAGE;
      case 403, 409, 413, 422, 429 -> REJECTED;
      case 404, 410 -> NOT_FOUND;
      case 502, 503, 504 -> UNREACHABLE;
      default -> ERROR;
    };
  }

  /** What a shell can pass on of a task's exit code: 1..255 unless it was 0, 128+n for signal n. */
  static int ofTask(int exitCode) {
    if (exitCode < 0 && exitCode > -128) {
      return 128 - exitCode;
    }
    int low = exitCode & 0xff;
    return low == 0 && exitCode != 0 ? ERROR : low;
  }
}
