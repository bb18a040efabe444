// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import java.util.List;
import java.util.stream.Stream;

/** The configuration that a scheduler node's actor system starts with. */
public final class NodeConfig {

  /** Where Pekko looks for the nodes to join. */
  static final String SEED_NODES = "pekko.cluster.seed-nodes";

  private static final List<String> CHOICES =
      List.of("config.file", "config.resource", "config.url");

  private NodeConfig() {}

  /**
   * What {@code -Dconfig.file} or {@code -Dconfig.resource} names, over reference.conf; without
   * either, one of the shipped files: {@code config/node} or {@code config/dev}.
   */
  public static Config load(String shipped) {
    boolean chosen = CHOICES.stream().anyMatch(choice -> System.getProperty(choice) != null);
    return withSeedNodes(chosen ? ConfigFactory.load() : ConfigFactory.load(shipped));
  }

  public static Config load() {
    return load("config/node");
  }

  /**
   * Hands {@code mosu.seed-nodes} to Pekko. Without any, this node is the seed of its own cluster;
   * where its port is not known before it is bound either, nothing is set and the node has to join
   * itself.
   */
  public static Config withSeedNodes(Config loaded) {
    MosuSettings settings = MosuSettings.from(loaded);
    List<String> seeds =
        settings.seedNodes().isEmpty() && settings.arteryPort() != 0
            ? List.of(settings.host() + ":" + settings.arteryPort())
            : settings.seedNodes();
    Stream<String> addresses =
        seeds.stream().map(seed -> "pekko://" + settings.clusterName() + "@" + seed);
    return loaded.withValue(
        SEED_NODES, ConfigValueFactory.fromIterable(addresses.toList(), "mosu.seed-nodes"));
  }
}
