// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** Turns problem+json (RFC 9457, with Mosu's reason, advice and errors) into a failure. */
final class Problem {
  private static final int PARTICULARS_MAX = 20;

  private Problem() {}

  static CliFailure of(String address, int status, @Nullable String type, byte[] body) {
    if (type == null || !type.contains("json")) {
      return foreign(address, status);
    }
    try {
      return of(status, JsonObject.parse(body));
    } catch (IOException malformed) {
      return foreign(address, status);
    }
  }

  static CliFailure of(int status, JsonObject problem) {
    String reason = problem.text("reason", "");
    String what = problem.text("detail", problem.text("title", reason + " (HTTP " + status + ")"));
    List<String> particulars = new ArrayList<>();
    for (JsonObject error : problem.objects("errors")) {
      particulars.add(particular(error));
    }
    if (particulars.size() == 1) {
      String message = problem.objects("errors").get(0).text("message", "");
      what = what.contains(message) ? what : what + ": " + particulars.get(0);
      particulars.clear();
    } else if (particulars.size() > PARTICULARS_MAX) {
      int more = particulars.size() - PARTICULARS_MAX;
      particulars.subList(PARTICULARS_MAX, particulars.size()).clear();
      particulars.add("and " + more + " more");
    }
    return new CliFailure(
        ExitCodes.of(reason, status),
        reason,
        what.replace('\n', ' '),
        particulars,
        problem.text("advice"));
  }

  private static String particular(JsonObject error) {
    Integer line = error.number("line");
    String field = error.text("field", "");
    String where = line == null || line <= 0 ? "" : "line " + line;
    if (!field.isEmpty()) {
      where += (where.isEmpty() ? "" : ", ") + field;
    }
    return (where.isEmpty() ? "" : where + ": ") + error.text("message", "invalid");
  }

  private static CliFailure foreign(String address, int status) {
    return new CliFailure(
        ExitCodes.of("", status),
        "",
        address + " answered HTTP " + status + " and no reason",
        List.of(),
        "check --address and MOSU_ADDR: is a Mosu scheduler node there?");
  }
}
