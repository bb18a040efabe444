// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What a client reads from a JobView to wait for a job and to hand on its exit code. */
record Job(JsonObject view) {

  String id() {
    return view.text("id", "?");
  }

  String state() {
    return view.text("state", "?");
  }

  @Nullable String reason() {
    return view.text("reason");
  }

  int tasks() {
    return Math.max(1, view.number("nodes", 1));
  }

  int attempt() {
    return view.number("attempt", 0);
  }

  boolean isTerminal() {
    return switch (state()) {
      case "COMPLETED", "FAILED", "CANCELLED" -> true;
      default -> false;
    };
  }

  boolean isPlaced() {
    return !isTerminal() && !state().equals("QUEUED");
  }

  /** Whether tasks were told to start, so that there may be a log to read. */
  boolean hasStarted() {
    return isPlaced() && !state().equals("STARTING");
  }

  int exitCode() {
    return switch (state()) {
      case "COMPLETED" -> ExitCodes.OK;
      case "CANCELLED" -> ExitCodes.CANCELLED;
      default -> failedExitCode();
    };
  }

  private int failedExitCode() {
    int ofJob = view.number("exitCode", 0);
    if (ofJob != 0) {
      return ExitCodes.ofTask(ofJob);
    }
    List<JsonObject> placement = view.objects("placement");
    placement.sort(Comparator.comparingInt(task -> task.number("rank", 0)));
    for (JsonObject task : placement) {
      int code = task.number("exitCode", 0);
      if (code != 0) {
        return ExitCodes.ofTask(code);
      }
    }
    String reason = reason();
    return reason == null ? ExitCodes.ERROR : ExitCodes.of(reason, 500);
  }

  /** One line about how things stand, such as {@code acme-12 FAILED (exit code 7)}. */
  String line() {
    StringBuilder line = new StringBuilder(id()).append(' ').append(state());
    String why = why();
    if (!why.equals("-")) {
      line.append(" (").append(why);
      String detail = view.text("detail");
      line.append(detail == null ? "" : ": " + detail).append(')');
    }
    return line.toString();
  }

  /** The reason, or else the exit code that is not 0. */
  String why() {
    String reason = reason();
    if (reason != null) {
      return reason;
    }
    return state().equals("FAILED") ? "exit code " + exitCode() : "-";
  }

  /** The nodes of its tasks; only the first of many. */
  String nodes() {
    List<JsonObject> placement = view.objects("placement");
    if (placement.isEmpty()) {
      return "-";
    }
    String first = placement.get(0).text("node", "?");
    return switch (placement.size()) {
      case 1 -> first;
      case 2 -> first + "," + placement.get(1).text("node", "?");
      default -> first + "+" + (placement.size() - 1);
    };
  }
}
