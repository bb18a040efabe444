// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

/** The bytes of a message between an agent and a door are none of theirs. */
public final class BadFrame extends Exception {
  BadFrame(String message) {
    super(message);
  }

  BadFrame(String message, Throwable cause) {
    super(message, cause);
  }
}
