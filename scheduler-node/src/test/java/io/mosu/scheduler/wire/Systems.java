// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;

/** Actor systems with the serialization of production. */
final class Systems {
  private Systems() {}

  /** One that has no other settings than {@code settings} besides. */
  static ActorTestKit start(String settings) {
    Config config =
        ConfigFactory.parseString(settings)
            .withFallback(ConfigFactory.parseResources("mosu-serialization.conf"))
            .withFallback(ConfigFactory.load());
    return ActorTestKit.create("wire", config.resolve());
  }
}
