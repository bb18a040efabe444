// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.model.Wire;
import java.io.NotSerializableException;
import java.util.Map;
import org.apache.pekko.actor.ExtendedActorSystem;
import org.apache.pekko.actor.typed.ActorRefResolver;
import org.apache.pekko.actor.typed.javadsl.Adapter;
import org.apache.pekko.serialization.SerializerWithStringManifest;

/** Writes every {@link Wire} record as Protobuf. Pekko makes one per actor system. */
public final class MosuSerializer extends SerializerWithStringManifest {

  /** Stands beside every journaled row; kept for ever. */
  public static final int IDENTIFIER = 47_001;

  private final BindingTable table;

  public MosuSerializer(ExtendedActorSystem system) {
    // looked up at each use: this constructor runs while the system is still starting
    ReferenceCodec references =
        new ReferenceCodec(() -> ActorRefResolver.get(Adapter.toTyped(system)), BindingTable.PLAIN);
    this.table = BindingTable.PLAIN.with(references.bindings());
  }

  /** The manifest of each class that it writes. */
  Map<Class<?>, String> manifests() {
    return table.manifests();
  }

  @Override
  public int identifier() {
    return IDENTIFIER;
  }

  @Override
  public String manifest(Object value) {
    return table.manifest(value);
  }

  @Override
  public byte[] toBinary(Object value) {
    if (value instanceof Wire wire) {
      return table.write(wire);
    }
    throw new IllegalArgumentException(value.getClass().getName() + " does not travel");
  }

  @Override
  public Object fromBinary(byte[] bytes, String manifest) throws NotSerializableException {
    return table
        .binding(manifest)
        .orElseThrow(() -> new NotSerializableException("unknown manifest " + manifest))
        .read(bytes);
  }
}
