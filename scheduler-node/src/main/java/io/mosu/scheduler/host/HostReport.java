// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;
import java.util.List;

/** What an agent says for one of its nodes. */
public sealed interface HostReport extends Wire {

  /** The node that the agent speaks for. */
  NodeId node();

  /**
   * Opens the conversation, at first and after every change of door; answered by {@link
   * HostOrder.Welcome}.
   *
   * @param incarnation rises with every start of the agent
   * @param tasks all tasks of this node that the agent knows and whose end is not acknowledged
   * @param sentTickMs the agent's clock at sending, echoed
   */
  record Hello(
      NodeId node, long incarnation, Inventory inventory, List<Task> tasks, long sentTickMs)
      implements HostReport {
    public Hello {
      tasks = List.copyOf(tasks);
    }
  }

  /** Renews all leases of the node; answered by {@link HostOrder.Renewed}. */
  record Renewal(NodeId node, List<Task> tasks, long sentTickMs) implements HostReport {
    public Renewal {
      tasks = List.copyOf(tasks);
    }
  }

  /** The task's process runs. */
  record TaskStarted(NodeId node, long token) implements HostReport {}

  /** The task's process is gone; said again until {@link HostOrder.EndAcknowledged}. */
  record TaskExited(NodeId node, long token, Exit exit) implements HostReport {}

  /**
   * One task as the agent knows it.
   *
   * @param token the token of its lease
   * @param running false between the order and the process's start
   */
  record Task(long token, boolean running) {}
}
