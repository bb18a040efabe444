// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

/**
 * How tenants negotiate; the same on every scheduler node.
 *
 * @param asked nodes asked per task and round
 * @param deadlineMs how long a round waits for answers
 * @param holdMs how long a node holds an offer; it must outlast all rounds
 * @param rounds rounds at most
 * @param resendMs when what is not acknowledged is said again
 * @param giveUpMs when an award without a confirmation is taken back
 * @param live negotiations at once per tenant
 */
public record Terms(
    int asked, long deadlineMs, long holdMs, int rounds, long resendMs, long giveUpMs, int live) {
  public Terms {
    if (asked < 1 || rounds < 1 || live < 1 || holdMs < deadlineMs * rounds) {
      throw new IllegalArgumentException(
          "no terms: asked=%d rounds=%d live=%d, and holdMs=%d must be at least deadlineMs x rounds = %d"
              .formatted(asked, rounds, live, holdMs, deadlineMs * rounds));
    }
  }
}
