// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.scaladsl.model.IllegalUriException;
import org.apache.pekko.japi.Pair;
import org.jspecify.annotations.Nullable;

/** The query of one request; an unknown, doubled or unreadable parameter is a problem. */
final class Parameters {
  private static final int SHOWN_MAX = 40;

  private final Map<String, String> values = new HashMap<>();

  Parameters(HttpRequest request, List<String> allowed) {
    for (Pair<String, String> parameter : pairs(request)) {
      String name = parameter.first();
      if (!allowed.contains(name)) {
        throw denial(
            shown(name),
            "unknown parameter; allowed: "
                + (allowed.isEmpty() ? "none" : String.join(", ", allowed)));
      }
      if (values.put(name, parameter.second()) != null) {
        throw denial(name, "given twice");
      }
    }
  }

  private static List<Pair<String, String>> pairs(HttpRequest request) {
    if (request.getUri().rawQueryString().isEmpty()) {
      return List.of();
    }
    try {
      return request.getUri().query().toList();
    } catch (IllegalUriException broken) {
      throw denial("query", "not readable: a % must be followed by two hexadecimal digits");
    }
  }

  /** For what takes no parameters. */
  static void refuseAny(HttpRequest request) {
    new Parameters(request, List.of());
  }

  @Nullable String text(String name) {
    return values.get(name);
  }

  int whole(String name, int min, int max, int absent) {
    return (int) whole(name, (long) min, max, absent);
  }

  long whole(String name, long min, long max, long absent) {
    String text = values.get(name);
    if (text == null) {
      return absent;
    }
    if (text.matches("-?[0-9]{1,18}")) {
      long value = Long.parseLong(text);
      if (value >= min && value <= max) {
        return value;
      }
    }
    throw denial(
        name, "expected a whole number from " + min + " to " + max + ", found " + shown(text));
  }

  /** One that must be given. */
  int required(String name, int min, int max) {
    if (!values.containsKey(name)) {
      throw denial(name, "missing: a whole number from " + min + " to " + max);
    }
    return whole(name, min, max, 0);
  }

  boolean flag(String name) {
    String text = values.get(name);
    if (text == null || text.equals("false")) {
      return false;
    }
    if (text.isEmpty() || text.equals("true")) {
      return true;
    }
    throw denial(name, "expected true or false, found " + shown(text));
  }

  static Denial denial(String name, String message) {
    return new Denial(Problem.ofParameter(name, message));
  }

  /** Foreign text made short and safe for one line. */
  static String shown(String text) {
    String safe = text.replaceAll("[\\p{Cc}\\p{Cf}\\p{Cs}\\u2028\\u2029]", "?");
    return '"' + (safe.length() > SHOWN_MAX ? safe.substring(0, SHOWN_MAX) + "..." : safe) + '"';
  }
}
