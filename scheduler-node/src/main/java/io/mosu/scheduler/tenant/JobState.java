// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

/** Where a job is in its life. The journal holds these names. */
public enum JobState {
  /** It waits, or is being negotiated. */
  QUEUED,
  /** It is placed and journaled; its tasks start or run. */
  PLACED,
  /** It is placed and its tasks are being ended. */
  STOPPING,
  /**
   * It is placed and its tasks are being ended, so that another tenant gets what it is guaranteed;
   * then it waits again.
   */
  PREEMPTING,
  /** It is placed and its tasks are being ended because somebody wants it to wait again. */
  REQUEUING,
  COMPLETED,
  FAILED,
  CANCELLED;

  /** Whether nothing follows. */
  public boolean terminal() {
    return this == COMPLETED || this == FAILED || this == CANCELLED;
  }
}
