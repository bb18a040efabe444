// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.door;

import io.mosu.pki.JoinToken;

/** Remembers which join tokens were used, for all scheduler nodes. Blocks. */
public interface TokenUses {

  /** What is remembered cannot be reached. */
  final class Unavailable extends Exception {
    public Unavailable(Throwable cause) {
      super(cause);
    }
  }

  /**
   * Uses the token up for {@code key}. For the same key it succeeds again: an answer may be lost.
   *
   * @param key names the key that asks
   * @return false if another key has used it
   */
  boolean use(JoinToken token, String key) throws Unavailable;
}
