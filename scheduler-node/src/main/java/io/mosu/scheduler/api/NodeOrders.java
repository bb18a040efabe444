// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.node.NodeQuery;
import java.time.DateTimeException;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Set;
import org.apache.pekko.http.javadsl.model.HttpRequest;

/** Reads what operators tell a node: {@code POST /v1/nodes/ID:VERB?...}. */
final class NodeOrders {
  static final Set<String> VERBS =
      Set.of(
          "freeze",
          "thaw",
          "release-lost",
          "forget-agent",
          "drain",
          "undrain",
          "quarantine",
          "restore");

  private static final long FREEZE_MAX_S = 7L * 24 * 3_600;
  private static final long FREEZE_DEFAULT_S = 1_800;
  private static final long DEADLINE_MAX_S = 365L * 24 * 3_600;
  private static final int REASON_MAX = 200;
  private static final int DEVICE_MAX = 63;

  private NodeOrders() {}

  /** Throws a {@link Denial} that names the parameter if one makes no sense. */
  static NodeQuery of(HttpRequest request, String verb) {
    return switch (verb) {
      case "freeze" -> {
        Parameters given = new Parameters(request, List.of("seconds", "reason"));
        long seconds = given.whole("seconds", 1, FREEZE_MAX_S, FREEZE_DEFAULT_S);
        yield new NodeQuery.Freeze(System.currentTimeMillis() + 1_000 * seconds, reason(given));
      }
      case "release-lost" -> {
        String job = new Parameters(request, List.of("job")).text("job");
        yield new NodeQuery.ReleaseLost(
            JobId.parse(job == null ? "" : job)
                .orElseThrow(() -> Parameters.denial("job", "is no id of a job")));
      }
      case "drain" ->
          drain(new Parameters(request, List.of("from", "until", "deadline", "reason")));
      case "quarantine" -> {
        Parameters given = new Parameters(request, List.of("device", "reason"));
        yield new NodeQuery.Quarantine(device(given), reason(given));
      }
      case "restore" -> new NodeQuery.Restore(device(new Parameters(request, List.of("device"))));
      default -> {
        Parameters.refuseAny(request);
        yield switch (verb) {
          case "thaw" -> new NodeQuery.Thaw();
          case "undrain" -> new NodeQuery.Undrain();
          default -> new NodeQuery.ForgetAgent();
        };
      }
    };
  }

  /** The deadline is in seconds after the begin; 0 ends what runs at once. */
  private static NodeQuery drain(Parameters given) {
    long fromMs = instant(given, "from");
    long deadlineMs = 0;
    if (given.text("deadline") != null) {
      long seconds = given.whole("deadline", 0, DEADLINE_MAX_S, 0);
      deadlineMs = Math.max(fromMs, System.currentTimeMillis()) + 1_000 * seconds;
    }
    return new NodeQuery.Drain(fromMs, deadlineMs, instant(given, "until"), reason(given));
  }

  private static long instant(Parameters given, String name) {
    String text = given.text(name);
    if (text == null) {
      return 0;
    }
    try {
      return Math.max(1, OffsetDateTime.parse(text).toInstant().toEpochMilli());
    } catch (DateTimeException | ArithmeticException wrong) {
      throw Parameters.denial(name, "is no time such as 2026-05-01T08:00:00+08:00");
    }
  }

  private static int device(Parameters given) {
    if (given.text("device") == null) {
      throw Parameters.denial("device", "is missing: the index of a GPU");
    }
    return given.whole("device", 0, DEVICE_MAX, 0);
  }

  private static String reason(Parameters given) {
    String reason = given.text("reason");
    if (reason != null && reason.length() > REASON_MAX) {
      throw Parameters.denial("reason", "has more than " + REASON_MAX + " characters");
    }
    return reason == null ? "" : reason;
  }
}
