// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.model.Wire;

/** Reads journaled events outside an actor system. */
public final class JournalEvents {
  private JournalEvents() {}

  /** The event that {@link MosuSerializer} wrote under {@code manifest}. */
  public static Wire read(String manifest, byte[] payload) {
    return BindingTable.PLAIN
        .binding(manifest)
        .orElseThrow(() -> new IllegalArgumentException("unknown manifest " + manifest))
        .read(payload);
  }
}
