// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/** Names one tenant; compared as text, so that ties have one stable order everywhere. */
public record TenantId(String value) implements Comparable<TenantId> {
  public TenantId {
    if (value.isEmpty() || value.length() > 200) {
      throw new IllegalArgumentException("a tenant id has 1 to 200 characters: " + value.length());
    }
  }

  @Override
  public int compareTo(TenantId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
