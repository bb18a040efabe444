// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

import java.util.Optional;

/**
 * Names one job; written {@code tenant-number}, so that an id alone finds the tenant's actor.
 *
 * @param number rises by one per job of the tenant, from 1, and is never used again
 */
public record JobId(TenantId tenant, long number) implements Comparable<JobId> {

  /** Reads the written form; empty if the text is no job id. */
  public static Optional<JobId> parse(String text) {
    int dash = text.lastIndexOf('-');
    if (dash <= 0 || text.length() > 100 || !text.substring(dash + 1).matches("[1-9][0-9]{0,17}")) {
      return Optional.empty();
    }
    return Optional.of(
        new JobId(new TenantId(text.substring(0, dash)), Long.parseLong(text.substring(dash + 1))));
  }

  @Override
  public int compareTo(JobId other) {
    int byTenant = tenant.compareTo(other.tenant);
    return byTenant != 0 ? byTenant : Long.compare(number, other.number);
  }

  @Override
  public String toString() {
    return tenant + "-" + number;
  }
}
