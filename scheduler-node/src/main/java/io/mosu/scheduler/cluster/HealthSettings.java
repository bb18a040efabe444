// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.scheduler.node.HealthPolicy;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Reads {@code mosu.health} over the table of signs that is built in. */
final class HealthSettings {
  private static final String TABLE = "device-signs.csv";
  private static final int COUNT_MAX = 100;

  private HealthSettings() {}

  static HealthPolicy read(SettingsReader mosu) {
    Map<String, HealthPolicy.Action> actions = new HashMap<>(HealthPolicy.table(builtIn()));
    List<String> own = mosu.texts("health.signs");
    try {
      actions.putAll(HealthPolicy.table(own));
    } catch (IllegalArgumentException wrong) {
      mosu.check("health.signs", false, String.valueOf(wrong.getMessage()));
    }
    return new HealthPolicy(
        actions,
        mosu.number("health.strikes", 1, COUNT_MAX),
        mosu.duration("health.memory").toMillis(),
        mosu.duration("health.canary-after").toMillis(),
        mosu.number("health.canaries", 1, COUNT_MAX));
  }

  private static List<String> builtIn() {
    try (InputStream in = HealthPolicy.class.getResourceAsStream(TABLE)) {
      if (in == null) {
        throw new IllegalStateException("this build lacks " + TABLE);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8).lines().toList();
    } catch (IOException unreadable) {
      throw new UncheckedIOException(unreadable);
    }
  }
}
