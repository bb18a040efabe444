// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/** Names one node; compared as text, so that ties have one stable order everywhere. */
public record NodeId(String value) implements Comparable<NodeId> {
  public NodeId {
    if (value.isEmpty() || value.length() > 200) {
      throw new IllegalArgumentException("a node id has 1 to 200 characters: " + value.length());
    }
  }

  @Override
  public int compareTo(NodeId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
