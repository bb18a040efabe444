// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/** Names one negotiation; compared as text, so that ties have one stable order everywhere. */
public record NegotiationId(String value) implements Comparable<NegotiationId> {
  public NegotiationId {
    if (value.isEmpty() || value.length() > 200) {
      throw new IllegalArgumentException(
          "a negotiation id has 1 to 200 characters: " + value.length());
    }
  }

  @Override
  public int compareTo(NegotiationId other) {
    return value.compareTo(other.value);
  }

  @Override
  public String toString() {
    return value;
  }
}
