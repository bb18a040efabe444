// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.model.Wire;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** The closed list of what is written and read: each class has one manifest, and the reverse. */
final class BindingTable {

  /** All that needs nothing but its own fields. */
  static final BindingTable PLAIN =
      new BindingTable(
          Stream.of(
                  NegotiationCodec.BINDINGS,
                  AnswerCodec.BINDINGS,
                  HostCodec.BINDINGS,
                  HealthCodec.BINDINGS,
                  FiguresCodec.BINDINGS,
                  StreamCodec.BINDINGS,
                  QueryCodec.BINDINGS,
                  BoardCodec.BINDINGS,
                  NodeJournalCodec.BINDINGS,
                  TenantJournalCodec.BINDINGS,
                  StandCodec.BINDINGS)
              .flatMap(List::stream)
              .toList());

  private final Map<Class<?>, Binding<?, ?>> byClass = new HashMap<>();
  private final Map<String, Binding<?, ?>> byManifest = new HashMap<>();

  private BindingTable(List<Binding<?, ?>> bindings) {
    for (Binding<?, ?> binding : bindings) {
      if (byClass.put(binding.type(), binding) != null
          || byManifest.put(binding.manifest(), binding) != null) {
        throw new IllegalStateException("bound twice: " + binding);
      }
    }
  }

  /** This table and {@code more}. */
  BindingTable with(List<Binding<?, ?>> more) {
    return new BindingTable(Stream.concat(byClass.values().stream(), more.stream()).toList());
  }

  /** The manifest of each class that is bound. */
  Map<Class<?>, String> manifests() {
    Map<Class<?>, String> manifests = new HashMap<>();
    byClass.forEach((type, binding) -> manifests.put(type, binding.manifest()));
    return manifests;
  }

  Optional<Binding<?, ?>> binding(String manifest) {
    return Optional.ofNullable(byManifest.get(manifest));
  }

  String manifest(Object value) {
    return binding(value).manifest();
  }

  byte[] write(Wire value) {
    return binding(value).write(value);
  }

  private Binding<?, ?> binding(Object value) {
    Binding<?, ?> binding = byClass.get(value.getClass());
    if (binding == null) {
      throw new IllegalArgumentException(
          value.getClass().getName() + " is not bound to a Protobuf message");
    }
    return binding;
  }
}
