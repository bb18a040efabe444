// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Refusal;

/** Why a stream is not opened; it is no fault, so it has no trace. */
final class StreamRefusal extends Exception {
  private static final long serialVersionUID = 1;

  private final Refusal reason;

  StreamRefusal(Refusal reason, String detail) {
    super(detail, null, false, false);
    this.reason = reason;
  }

  StreamPart.Refused part() {
    return new StreamPart.Refused(reason, String.valueOf(getMessage()));
  }
}
