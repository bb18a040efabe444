// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

/**
 * How long leases and silence last; the same on every scheduler node.
 *
 * @param ttlMs how long an agent may run tasks after it sent its last answered renewal
 * @param renewMs how often agents renew
 * @param skewMs how much longer than the ttl a node waits, from when it received the renewal
 * @param resendMs when what is not acknowledged is said again
 */
public record NodeTerms(long ttlMs, long renewMs, long skewMs, long resendMs) {
  public NodeTerms {
    if (renewMs <= 0 || ttlMs < 2 * renewMs || skewMs < 0 || resendMs <= 0) {
      throw new IllegalArgumentException(
          "no terms: ttlMs=%d must be at least twice renewMs=%d".formatted(ttlMs, renewMs));
    }
  }
}
