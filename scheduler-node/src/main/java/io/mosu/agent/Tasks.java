// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;

/** How the tasks of a node run; answers with {@link HostActor}'s TaskStarted and TaskEnded. */
interface Tasks {
  void launch(HostOrder.StartTask start);

  /** Takes up a task again that an earlier life of the agent launched. */
  void adopt(long token);

  void kill(long token, long graceMs);

  void leasedUntil(long tickMs, long graceMs);

  /** Tries a device on which nothing runs; answered by {@link HostActor.CanaryEnded}. */
  void canary(String uuid, long number);

  /** Whether there are processes, so that what is known of them must outlive the host's crash. */
  boolean real();
}
