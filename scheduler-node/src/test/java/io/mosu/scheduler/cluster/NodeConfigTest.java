// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class NodeConfigTest {

  @ParameterizedTest
  @ValueSource(strings = {"config/node", "config/dev"})
  void shippedFilesWireTheClusterAndItsJournal(String resource) {
    Config config = NodeConfig.load(resource);
    assertThat(config.getString("pekko.actor.provider")).isEqualTo("cluster");
    assertThat(config.getBoolean("pekko.actor.allow-java-serialization")).isFalse();
    assertThat(config.getString("pekko.cluster.split-brain-resolver.active-strategy"))
        .isEqualTo("keep-majority");
    assertThat(config.getString("pekko.cluster.sharding.remember-entities-store"))
        .isEqualTo("eventsourced");
    assertThat(config.getBoolean("jdbc-journal.write-response-global-order")).isFalse();
    assertThat(config.getInt("pekko.management.http.port")).isEqualTo(8558);
    Config pool = config.getConfig("pekko-persistence-jdbc.shared-databases.slick.db");
    assertThat(pool.getInt("numThreads"))
        .isEqualTo(pool.getInt("maxConnections"))
        .isEqualTo(pool.getInt("minConnections"))
        .isEqualTo(10);
  }

  @Test
  void seedNodesBecomeAddresses() {
    assertThat(addresses("mosu.seed-nodes = \"a:1,b:2\""))
        .containsExactly("pekko://mosu@a:1", "pekko://mosu@b:2");
  }

  @Test
  void aNodeWithoutSeedsSeedsItself() {
    assertThat(addresses("mosu.host = a, mosu.artery.port = 1"))
        .containsExactly("pekko://mosu@a:1");
    assertThat(addresses("mosu.artery.port = 0")).isEmpty();
  }

  private static Iterable<String> addresses(String text) {
    return NodeConfig.withSeedNodes(ConfigFactory.load(ConfigFactory.parseString(text)))
        .getStringList("pekko.cluster.seed-nodes");
  }
}
