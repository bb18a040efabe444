// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.typesafe.config.Config;
import io.mosu.scheduler.model.Wire;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.serialization.Serialization;
import org.apache.pekko.serialization.SerializationExtension;

/** Refuses to run where Java serialization could carry or journal anything of ours. */
public final class SerializationGuard {
  private static final String ALLOW_JAVA = "pekko.actor.allow-java-serialization";
  private static final String BINDINGS = "pekko.actor.serialization-bindings";

  private SerializationGuard() {}

  /**
   * Called once at start, before anything is sent.
   *
   * @throws IllegalStateException if the configuration of {@code system} is unsafe; says what to
   *     change
   */
  public static void check(ActorSystem<?> system) {
    Config config = system.settings().config();
    if (config.getBoolean(ALLOW_JAVA)) {
      throw new IllegalStateException("turn off " + ALLOW_JAVA + ": Mosu never needs it");
    }
    for (Map.Entry<String, Object> entry : config.getObject(BINDINGS).unwrapped().entrySet()) {
      if (entry.getKey().startsWith("io.mosu.") && !entry.getValue().equals("mosu")) {
        throw new IllegalStateException(
            "remove %s.\"%s\" = %s: Mosu's own serializer has to carry it"
                .formatted(BINDINGS, entry.getKey(), entry.getValue()));
      }
    }
    Serialization serialization = SerializationExtension.get(system.classicSystem());
    for (Class<?> type : BindingTable.PLAIN.manifests().keySet()) {
      String found = serializer(serialization, type);
      if (!found.equals(MosuSerializer.class.getName())) {
        throw new IllegalStateException(
            "bind \"%s\" to %s in %s: %s would carry %s"
                .formatted(
                    Wire.class.getName(),
                    MosuSerializer.class.getName(),
                    BINDINGS,
                    found,
                    type.getName()));
      }
    }
  }

  private static String serializer(Serialization serialization, Class<?> type) {
    try {
      return serialization.serializerFor(type).getClass().getName();
    } catch (NotSerializableException e) {
      return "nothing";
    }
  }
}
