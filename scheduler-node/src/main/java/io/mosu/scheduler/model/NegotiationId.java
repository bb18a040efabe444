// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Names one negotiation; compared as text, so that ties have one stable order everywhere. */
public record NegotiationId(String value) implements Comparable<NegotiationId> {
  private static final Pattern WRITTEN = Pattern.compile(".*/([0-9]{1,18})\\.[0-9]{1,18}");

  public NegotiationId {
    if (value.isEmpty() || value.length() > 200) {
      throw new IllegalArgumentException(
          "a negotiation id has 1 to 200 characters: " + value.length());
    }
  }

  /** The id of the tenant's {@code number}th negotiation under its owner {@code epoch}. */
  public static NegotiationId of(JobId job, long epoch, long number) {
    return new NegotiationId("%s/%d.%d".formatted(job, epoch, number));
  }

  /** The job that it is to place; empty for an id that no tenant made. */
  public Optional<JobId> job() {
    int slash = value.lastIndexOf('/');
    return slash < 0 ? Optional.empty() : JobId.parse(value.substring(0, slash));
  }

  /** Under which owner of the tenant it was begun; 0 for an id that no tenant made. */
  public long epoch() {
    Matcher written = WRITTEN.matcher(value);
    return written.matches() ? Long.parseLong(written.group(1)) : 0;
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
