// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigException;
import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.node.HealthPolicy;
import io.mosu.scheduler.node.HealthPolicy.Action;
import org.junit.jupiter.api.Test;

class HealthSettingsTest {

  @Test
  void tableSaysWhatTheVendorRecommends() {
    HealthPolicy policy = read("");
    assertThat(policy.actions())
        .containsEntry("xid-13", Action.JOB)
        .containsEntry("xid-31", Action.JOB)
        .containsEntry("xid-63", Action.SUSPECT)
        .containsEntry("xid-64", Action.OUT)
        .containsEntry("xid-79", Action.QUARANTINE)
        .containsEntry("xid-*", Action.SUSPECT)
        .containsEntry("lost", Action.QUARANTINE);
    assertThat(policy.strikesMax()).isEqualTo(2);
    assertThat(policy.canaryAfterMs()).isEqualTo(30_000);
  }

  @Test
  void operatorsOverrideItSignBySign() {
    HealthPolicy policy = read("mosu.health { signs = [\"xid-63,quarantine\"], strikes = 3 }");
    assertThat(policy.actions())
        .containsEntry("xid-63", Action.QUARANTINE)
        .containsEntry("xid-79", Action.QUARANTINE);
    assertThat(policy.strikesMax()).isEqualTo(3);
  }

  @Test
  void lineThatIsNoneIsRefusedAtTheStart() {
    assertThatThrownBy(() -> read("mosu.health.signs = [\"xid-63,explode\"]"))
        .isInstanceOf(ConfigException.class)
        .hasMessageContaining("'explode' is none of job, suspect, quarantine, out");
  }

  private static HealthPolicy read(String text) {
    Config config =
        ConfigFactory.parseString(text).withFallback(ConfigFactory.defaultReference()).resolve();
    return MosuSettings.from(config).health();
  }
}
