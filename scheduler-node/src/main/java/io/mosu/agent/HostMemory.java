// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.Speaker;
import java.util.List;

/**
 * What outlives the agent's process: its own journal of one node.
 *
 * @param incarnation rises with every start of the agent
 * @param epoch the highest owner epoch seen
 * @param leasedUntilTickMs until when tasks may run, by a clock that outlives the process; where it
 *     is not known, 0 ends them at once
 * @param tasks in any order, one entry per token
 * @param speaker who this agent is
 */
public record HostMemory(
    long incarnation, long epoch, long leasedUntilTickMs, List<KnownTask> tasks, Speaker speaker) {
  public HostMemory {
    tasks = List.copyOf(tasks);
  }

  /** Of an agent that does not tell who it is. */
  public HostMemory(long incarnation, long epoch, long leasedUntilTickMs, List<KnownTask> tasks) {
    this(incarnation, epoch, leasedUntilTickMs, tasks, Speaker.UNKNOWN);
  }

  /** Of an agent that starts for the first time. */
  public static HostMemory none() {
    return new HostMemory(1, 0, 0, List.of());
  }

  HostMemory by(Speaker who) {
    return new HostMemory(incarnation, epoch, leasedUntilTickMs, tasks, who);
  }
}
