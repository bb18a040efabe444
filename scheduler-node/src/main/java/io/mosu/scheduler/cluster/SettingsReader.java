// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueType;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeSet;
import java.util.stream.Stream;

/** One section of a configuration whose values are checked as they are read. */
record SettingsReader(Config root, String section) {

  /**
   * Refuses keys that reference.conf does not have: a misspelt key must not be silently ignored.
   */
  static SettingsReader of(Config root, String section) {
    SettingsReader reader = new SettingsReader(root, section);
    var known = new TreeSet<String>();
    keysOf(ConfigFactory.defaultReference(), section).forEach(known::add);
    keysOf(root, section)
        .filter(key -> !known.contains(key))
        .findFirst()
        .ifPresent(key -> reader.check(key, false, "is not a key of Mosu; see reference.conf"));
    return reader;
  }

  private static Stream<String> keysOf(Config root, String section) {
    return root.getConfig(section).entrySet().stream().map(Map.Entry::getKey).sorted();
  }

  void check(String key, boolean holds, String otherwise) {
    if (!holds) {
      throw new ConfigException.BadValue(root.getValue(path(key)).origin(), path(key), otherwise);
    }
  }

  String textOrEmpty(String key) {
    return root.getString(path(key));
  }

  String text(String key) {
    String value = textOrEmpty(key).strip();
    check(key, !value.isEmpty(), "must not be empty");
    return value;
  }

  String name(String key) {
    String value = text(key);
    check(key, value.matches("[A-Za-z0-9][A-Za-z0-9_-]*"), "must be letters, digits, - and _");
    return value;
  }

  /** A list, or one text with commas as the environment gives it. */
  List<String> texts(String key) {
    Stream<String> parts =
        root.getValue(path(key)).valueType() == ConfigValueType.LIST
            ? root.getStringList(path(key)).stream()
            : Stream.of(textOrEmpty(key).split(",", -1));
    return parts.map(String::strip).filter(part -> !part.isEmpty()).toList();
  }

  boolean flag(String key) {
    return root.getBoolean(path(key));
  }

  int number(String key, int min, int max) {
    int value = root.getInt(path(key));
    check(key, value >= min && value <= max, "must be from " + min + " to " + max);
    return value;
  }

  int bytes(String key, int min, int max) {
    long value = root.getBytes(path(key));
    check(key, value >= min && value <= max, "must be from " + min + " to " + max + " bytes");
    return (int) value;
  }

  Duration duration(String key) {
    Duration value = root.getDuration(path(key));
    check(key, value.compareTo(Duration.ZERO) > 0, "must be longer than nothing");
    return value;
  }

  Duration durationOrZero(String key) {
    Duration value = root.getDuration(path(key));
    check(key, !value.isNegative(), "must not be negative");
    return value;
  }

  private String path(String key) {
    return section + "." + key;
  }
}
