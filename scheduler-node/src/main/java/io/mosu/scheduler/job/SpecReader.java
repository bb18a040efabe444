// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.job.SpecNode.Field;
import io.mosu.scheduler.job.SpecNode.Fields;
import io.mosu.scheduler.job.SpecNode.Items;
import io.mosu.scheduler.job.SpecNode.Scalar;
import java.math.BigDecimal;
import java.math.RoundingMode;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Takes typed values out of one mapping. What is wrong is noted, and the default is answered, so
 * that one reading finds all errors.
 */
final class SpecReader {
  /** More errors than a person reads; the rest is not noted. */
  static final int ERRORS_MAX = 20;

  private static final Pattern WHOLE = Pattern.compile("[-+]?[0-9]{1,18}");
  private static final Pattern DURATION =
      Pattern.compile(
          "(?:([0-9]{1,9})d)?(?:([0-9]{1,9})h)?(?:([0-9]{1,9})m)?(?:([0-9]{1,9})s)?(?:([0-9]{1,9})ms)?");
  private static final String[] UNITS = {"d", "h", "m", "s", "ms"};
  private static final long[] UNIT_MS = {86_400_000, 3_600_000, 60_000, 1_000, 1};
  private static final Pattern DECIMAL = Pattern.compile("[-+]?[0-9]{1,9}(\\.[0-9]{1,9})?");

  private final Map<String, Field> fields = new HashMap<>();
  private final List<SpecError> errors = new ArrayList<>();

  /** Notes fields that are not in {@code allowed}, or there twice. */
  SpecReader(Fields root, List<String> allowed) {
    for (Field field : root.fields()) {
      if (!allowed.contains(field.name())) {
        String nearest = NearestName.of(field.name(), allowed);
        error(
            Shown.bare(field.name()),
            field.line(),
            "unknown field"
                + (nearest == null ? "" : "; did you mean " + nearest + "?")
                + "; allowed: "
                + String.join(", ", allowed));
        continue;
      }
      Field first = fields.putIfAbsent(field.name(), field);
      if (first != null) {
        error(field.name(), field.line(), "given twice; first on line " + first.line());
      }
    }
  }

  void error(String field, int line, String message) {
    if (errors.size() < ERRORS_MAX) {
      errors.add(new SpecError(field, line, message));
    }
  }

  List<SpecError> errors() {
    return errors;
  }

  boolean has(String name) {
    return fields.containsKey(name);
  }

  int line(String name) {
    Field field = fields.get(name);
    return field == null ? 1 : field.line();
  }

  int whole(String name, int min, int max, int absent) {
    Field field = fields.get(name);
    if (field == null) {
      return absent;
    }
    String expected = "a whole number from " + min + " to " + max;
    String text = plain(field.value());
    if (text == null || !WHOLE.matcher(text).matches()) {
      wrong(name, field.value(), expected);
      return absent;
    }
    long value = Long.parseLong(text);
    if (value < min || value > max) {
      wrong(name, field.value(), expected);
      return absent;
    }
    return (int) value;
  }

  boolean flag(String name, boolean absent) {
    Field field = fields.get(name);
    if (field == null) {
      return absent;
    }
    String text = plain(field.value());
    if (text == null || !(text.equals("true") || text.equals("false"))) {
      wrong(name, field.value(), "true or false");
      return absent;
    }
    return text.equals("true");
  }

  /** A list of whole numbers; empty if the field is not there. */
  List<Integer> wholes(String name, int most, int min, int max, String example) {
    String expected = "a whole number from " + min + " to " + max;
    List<Integer> values = new ArrayList<>();
    for (String text : texts(name, most, WHOLE, expected, example)) {
      long value = text.isEmpty() ? min : Long.parseLong(text);
      if (value < min || value > max) {
        error(name + "[" + values.size() + "]", line(name), "expected " + expected);
      }
      values.add((int) value);
    }
    return values;
  }

  /** A time with its units, such as {@code 90s} or {@code 1h30m}, in milliseconds. */
  long duration(String name, long minMs, long maxMs, long absentMs) {
    Field field = fields.get(name);
    if (field == null) {
      return absentMs;
    }
    String text = text(field.value());
    Matcher parts = DURATION.matcher(text == null ? "" : text);
    if (text != null && !text.isEmpty() && parts.matches()) {
      long ms = 0;
      for (int unit = 0; unit < UNIT_MS.length; unit++) {
        String count = parts.group(unit + 1);
        ms += count == null ? 0 : Long.parseLong(count) * UNIT_MS[unit];
      }
      if (ms >= minMs && ms <= maxMs) {
        return ms;
      }
    }
    wrong(
        name,
        field.value(),
        "a time such as 90s, 10m or 1h30m, from %s to %s"
            .formatted(inUnits(minMs), inUnits(maxMs)));
    return absentMs;
  }

  private static String inUnits(long ms) {
    for (int unit = 0; unit < UNIT_MS.length; unit++) {
      if (ms % UNIT_MS[unit] == 0 && ms >= UNIT_MS[unit]) {
        return ms / UNIT_MS[unit] + UNITS[unit];
      }
    }
    return ms + "ms";
  }

  /** A decimal number in thousandths. */
  int milli(String name, int minMilli, int maxMilli, int absentMilli) {
    Field field = fields.get(name);
    if (field == null) {
      return absentMilli;
    }
    String text = plain(field.value());
    if (text != null && DECIMAL.matcher(text).matches()) {
      BigDecimal milli = new BigDecimal(text).movePointRight(3).setScale(0, RoundingMode.HALF_UP);
      if (milli.compareTo(BigDecimal.valueOf(minMilli)) >= 0
          && milli.compareTo(BigDecimal.valueOf(maxMilli)) <= 0) {
        return milli.intValueExact();
      }
    }
    wrong(
        name,
        field.value(),
        "a number from "
            + BigDecimal.valueOf(minMilli, 3).stripTrailingZeros().toPlainString()
            + " to "
            + BigDecimal.valueOf(maxMilli, 3).stripTrailingZeros().toPlainString());
    return absentMilli;
  }

  /** A text that {@code pattern} matches; {@code expected} says in words what that is. */
  String text(String name, Pattern pattern, String expected, String absent) {
    Field field = fields.get(name);
    if (field == null) {
      return absent;
    }
    String text = text(field.value());
    if (text == null || !pattern.matcher(text).matches()) {
      wrong(name, field.value(), expected);
      return absent;
    }
    return text;
  }

  /** A list of texts; numbers in it are taken as written. Empty if the field is not there. */
  List<String> texts(String name, int max, Pattern pattern, String expected, String example) {
    Field field = fields.get(name);
    if (field == null) {
      return List.of();
    }
    if (!(field.value() instanceof Items list)) {
      wrong(name, field.value(), "a list such as " + example);
      return List.of();
    }
    if (list.items().size() > max) {
      error(name, list.line(), "has " + list.items().size() + " items; at most " + max);
      return List.of();
    }
    List<String> texts = new ArrayList<>();
    for (SpecNode item : list.items()) {
      String text = text(item);
      if (text == null || !pattern.matcher(text).matches()) {
        wrong(name + "[" + texts.size() + "]", item, expected);
        texts.add("");
      } else {
        texts.add(text);
      }
    }
    return texts;
  }

  /** A mapping of names to texts, each with its line; numbers are taken as written. */
  Map<String, Scalar> mapping(String name, int max, Pattern pattern, String expected) {
    Field field = fields.get(name);
    if (field == null) {
      return Map.of();
    }
    if (!(field.value() instanceof Fields mapping)) {
      wrong(name, field.value(), "a mapping such as {KEY: value}");
      return Map.of();
    }
    if (mapping.fields().size() > max) {
      error(name, mapping.line(), "has " + mapping.fields().size() + " names; at most " + max);
      return Map.of();
    }
    Map<String, Scalar> texts = new LinkedHashMap<>();
    for (Field entry : mapping.fields()) {
      String at = name + "." + Shown.bare(entry.name());
      String text = text(entry.value());
      if (text == null || !pattern.matcher(text).matches()) {
        wrong(at, entry.value(), expected);
      } else if (texts.containsKey(entry.name())) {
        error(at, entry.line(), "given twice");
      } else {
        texts.put(entry.name(), new Scalar(entry.line(), text, true));
      }
    }
    return texts;
  }

  private void wrong(String field, SpecNode found, String expected) {
    error(field, found.line(), "expected " + expected + ", found " + found.kind());
  }

  private static @Nullable String plain(SpecNode node) {
    return node instanceof Scalar scalar && !scalar.quoted() ? scalar.text() : null;
  }

  private static @Nullable String text(SpecNode node) {
    return node instanceof Scalar scalar && !scalar.isNull() ? scalar.text() : null;
  }
}
