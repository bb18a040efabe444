// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.host.HostOrder.StartTask;
import io.mosu.scheduler.model.Exit;
import org.jspecify.annotations.Nullable;

/** The processes of one task on a host; they outlive the agent that started them. */
final class HostProcess {

  final StartTask start;
  boolean live;
  boolean killed;

  /** How it ended, as the outside supervisor wrote it down. */
  @Nullable Exit exit;

  HostProcess(StartTask start) {
    this.start = start;
  }

  /** What it would run for, in milliseconds, if nobody stopped it. */
  long runMs() {
    return Long.parseLong(start.spec().command().get(1));
  }

  /** Its exit code if nobody stops it. */
  int code() {
    return Integer.parseInt(start.spec().command().get(2));
  }
}
