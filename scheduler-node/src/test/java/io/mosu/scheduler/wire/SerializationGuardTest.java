// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.ConfigFactory;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.serialization.JSerializer;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class SerializationGuardTest {

  private @Nullable ActorTestKit kit;

  @AfterEach
  void shutDown() {
    if (kit != null) {
      kit.shutdownTestKit();
    }
  }

  @Test
  void whatIsShippedIsSafe() {
    ActorTestKit shipped = start("");
    assertThatCode(() -> SerializationGuard.check(shipped.system())).doesNotThrowAnyException();
  }

  @Test
  void javaSerializationMustBeOff() {
    assertUnsafe("pekko.actor.allow-java-serialization = on", "allow-java-serialization");
  }

  @Test
  void noRecordMayBeBoundToJava() {
    assertUnsafe(
        """
        pekko.actor.serialization-bindings {
          "io.mosu.scheduler.node.NodeEvent" = java
        }
        """,
        "io.mosu.scheduler.node.NodeEvent\" = java");
  }

  @Test
  void theMarkerMustBeBound() {
    assertUnsafe(
        """
        pekko.actor.serialization-bindings {
          "io.mosu.scheduler.model.Wire" = java
        }
        """,
        "io.mosu.scheduler.model.Wire\" = java");
  }

  @Test
  void nothingGoesWithoutTheShippedSettings() {
    ActorTestKit bare = ActorTestKit.create("bare", ConfigFactory.load());
    kit = bare;
    assertThatThrownBy(() -> SerializationGuard.check(bare.system()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining("bind \"io.mosu.scheduler.model.Wire\"");
  }

  @Test
  void theNameMustMeanOurSerializer() {
    assertUnsafe(
        "pekko.actor.serializers.mosu = \"%s\"".formatted(Stranger.class.getName()),
        "Stranger would carry");
  }

  private void assertUnsafe(String settings, String complaint) {
    ActorTestKit unsafe = start(settings);
    assertThatThrownBy(() -> SerializationGuard.check(unsafe.system()))
        .isInstanceOf(IllegalStateException.class)
        .hasMessageContaining(complaint);
  }

  private ActorTestKit start(String settings) {
    ActorTestKit started = Systems.start(settings);
    kit = started;
    return started;
  }

  /** A serializer that is not ours. */
  public static final class Stranger extends JSerializer {
    @Override
    public int identifier() {
      return 99_999;
    }

    @Override
    public boolean includeManifest() {
      return false;
    }

    @Override
    public byte[] toBinary(Object value) {
      return new byte[0];
    }

    @Override
    public Object fromBinaryJava(byte[] bytes, Class<?> manifest) {
      return "";
    }
  }
}
