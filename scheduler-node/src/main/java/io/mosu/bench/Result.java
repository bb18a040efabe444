// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.LinkedHashMap;
import java.util.Map;

/** What a bench found: a table for people, and the line for programs that ends it. */
final class Result {
  private static final ObjectMapper JSON = new ObjectMapper();

  private final String name;
  private final StringBuilder table = new StringBuilder();
  private final Map<String, BigDecimal> figures = new LinkedHashMap<>();

  Result(String name) {
    this.name = name;
  }

  /** A line of the table. */
  Result line(String what, Object value) {
    table.append("%-28s %s%n".formatted(what, value));
    return this;
  }

  /** A line of the table under no head. */
  Result text(String text) {
    table.append(text).append(System.lineSeparator());
    return this;
  }

  /** A measured figure under the name it has everywhere. */
  Result figure(String figure, double value, int decimals) {
    BigDecimal rounded = BigDecimal.valueOf(value).setScale(decimals, RoundingMode.HALF_UP);
    figures.put(figure, rounded);
    return line(figure, rounded.toPlainString());
  }

  /** A count under the name it has everywhere. */
  Result figure(String figure, long count) {
    figures.put(figure, BigDecimal.valueOf(count));
    return line(figure, Long.toString(count));
  }

  String table() {
    return table.toString();
  }

  String json(boolean ok) {
    ObjectNode line = JSON.createObjectNode().put("name", name).put("ok", ok);
    ObjectNode inner = line.putObject("figures");
    figures.forEach(inner::put);
    return line.toString();
  }
}
