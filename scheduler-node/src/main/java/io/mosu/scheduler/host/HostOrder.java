// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.Wire;

/** What a node's actor says to its agent. */
public sealed interface HostOrder extends Wire {

  /** The node that the agent speaks for. */
  NodeId node();

  /** The owner epoch of the node's actor; an agent refuses a lower one than it has seen. */
  long epoch();

  /**
   * Answers a hello.
   *
   * @param ttlMs how long after sending its last answered renewal the agent may run tasks
   * @param renewMs how often to renew
   * @param frozenMs how long after that sending its tasks may run at least, because operators froze
   *     expiry; 0 if they did not
   */
  record Welcome(NodeId node, long epoch, long sentTickMs, long ttlMs, long renewMs, long frozenMs)
      implements HostOrder {
    public Welcome(NodeId node, long epoch, long sentTickMs, long ttlMs, long renewMs) {
      this(node, epoch, sentTickMs, ttlMs, renewMs, 0);
    }
  }

  /** Answers a renewal; {@code sentTickMs} is the renewal's own. */
  record Renewed(NodeId node, long epoch, long sentTickMs, long frozenMs) implements HostOrder {
    public Renewed(NodeId node, long epoch, long sentTickMs) {
      this(node, epoch, sentTickMs, 0);
    }
  }

  /**
   * The agent may not speak for the node: it starts nothing, and its tasks end when their lease
   * does. It goes on asking.
   *
   * @param life who is meant
   * @param reason one line for people: what, and what to do
   */
  record Refused(NodeId node, long epoch, long life, String reason) implements HostOrder {}

  /** Start the task of lease {@code token}, once; repeated until the agent reports it. */
  record StartTask(
      NodeId node,
      long epoch,
      long token,
      JobId job,
      int task,
      int world,
      String masterAddress,
      int masterPort,
      Grant grant,
      TaskSpec spec)
      implements HostOrder {}

  /** End the task of lease {@code token}; one that the agent does not know counts as ended. */
  record StopTask(NodeId node, long epoch, long token) implements HostOrder {}

  /** The end of the task is kept: the agent may forget it, but for its log. */
  record EndAcknowledged(NodeId node, long epoch, long token) implements HostOrder {}

  /** What {@link HostReport.Signs} of that number told is kept, and what those before it told. */
  record SignsKept(NodeId node, long epoch, long number) implements HostOrder {}

  /**
   * Try the device, on which nothing runs; answered by {@link HostReport.CanaryEnded}.
   *
   * @param number names this try in the answer
   */
  record RunCanary(NodeId node, long epoch, String uuid, long number) implements HostOrder {}
}
