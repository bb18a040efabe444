// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;

class MosuSettingsTest {

  private static final Config DEFAULTS = ConfigFactory.defaultReference();

  @Test
  void defaultsAreAsDocumented() {
    assertThat(MosuSettings.from(DEFAULTS))
        .isEqualTo(
            new MosuSettings(
                "mosu",
                "127.0.0.1",
                "",
                new MosuSettings.Http("127.0.0.1", 8470, false),
                25520,
                new MosuSettings.Management("127.0.0.1", 8558),
                List.of(),
                new MosuSettings.Database(
                    "jdbc:postgresql://127.0.0.1:5432/mosu", "mosu", "", 10, true),
                new MosuSettings.Negotiation(
                    4,
                    1,
                    Duration.ofMillis(200),
                    Duration.ofSeconds(2),
                    3,
                    64,
                    Duration.ofSeconds(1),
                    Duration.ofSeconds(10)),
                new MosuSettings.Lease(
                    Duration.ofSeconds(30), Duration.ofSeconds(5), Duration.ofSeconds(2)),
                MosuSettings.from(DEFAULTS).health(),
                new MosuSettings.Tenant(200_000, 10, Duration.ofSeconds(60), Duration.ofSeconds(5)),
                new MosuSettings.Board(Duration.ofMillis(200)),
                new MosuSettings.Streams(512, Duration.ofHours(2), Duration.ofHours(24)),
                new MosuSettings.Door("/agents", 64 * 1024, Duration.ofHours(24)),
                new MosuSettings.Workdir(100L << 20, 10_240L << 20, Duration.ofDays(7))));
  }

  static Stream<String> keys() {
    return DEFAULTS.getConfig("mosu").entrySet().stream().map(entry -> "mosu." + entry.getKey());
  }

  @ParameterizedTest
  @MethodSource("keys")
  void everyKeyIsRead(String key) {
    assertThatThrownBy(() -> MosuSettings.from(DEFAULTS.withoutPath(key)))
        .isInstanceOf(ConfigException.Missing.class)
        .hasMessageContaining(key.substring("mosu.".length()));
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "mosu.cluster-name         | 'my cluster'",
        "mosu.host                 | ''",
        "mosu.http.host            | ' '",
        "mosu.http.port            | 65536",
        "mosu.artery.port          | -1",
        "mosu.management.port      | many",
        "mosu.seed-nodes           | node-1",
        "mosu.seed-nodes           | 'node-1:70000'",
        "mosu.seed-nodes           | 'node-1:1,node-1:1'",
        "mosu.database.url         | postgres",
        "mosu.database.user        | ''",
        "mosu.database.pool-size   | 0",
        "mosu.database.apply-schema| maybe",
        "mosu.negotiation.asked    | 0",
        "mosu.negotiation.by-chance| -1",
        "mosu.negotiation.deadline | 0s",
        "mosu.negotiation.hold     | 200ms",
        "mosu.negotiation.rounds   | 0",
        "mosu.negotiation.live-limit | 0",
        "mosu.negotiation.resend   | -1s",
        "mosu.negotiation.give-up  | 500ms",
        "mosu.lease.ttl            | 0s",
        "mosu.lease.renew          | 16s",
        "mosu.lease.skew           | 30s",
        "mosu.tenant.jobs-limit    | 0",
        "mosu.tenant.losses-limit  | -1",
        "mosu.tenant.keys-kept     | -1",
        "mosu.board.publish        | 0ms",
        "mosu.door.path            | agents",
        "mosu.door.frame-limit     | 10",
        "mosu.negotiation.aksed    | 4",
      })
  void wrongValuesAreRefusedWithTheirKey(String key, String value) {
    Config wrong = ConfigFactory.parseString(key + " = \"" + value + "\"");
    assertThatThrownBy(() -> MosuSettings.from(wrong.withFallback(DEFAULTS)))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining(key);
  }

  @Test
  void seedNodesAreAListOrOneText() {
    List<String> seeds = List.of("node-1:25520", "10.0.0.2:25520");
    assertThat(seedsOf("[\"node-1:25520\", \"10.0.0.2:25520\"]")).isEqualTo(seeds);
    assertThat(seedsOf("\"node-1:25520, 10.0.0.2:25520\"")).isEqualTo(seeds);
    assertThat(seedsOf("\"\"")).isEmpty();
  }

  @Test
  void thePasswordIsNotPrinted() {
    Config config = ConfigFactory.parseString("mosu.database.password = squirrel");
    MosuSettings settings = MosuSettings.from(config.withFallback(DEFAULTS));
    assertThat(settings.database().password()).isEqualTo("squirrel");
    assertThat(settings.toString()).doesNotContain("squirrel");
  }

  private static List<String> seedsOf(String value) {
    Config config = ConfigFactory.parseString("mosu.seed-nodes = " + value);
    return MosuSettings.from(config.withFallback(DEFAULTS)).seedNodes();
  }
}
