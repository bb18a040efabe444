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

  /** Which life of which agent speaks, see {@link Speaker#life}; 0 of one that does not tell. */
  long life();

  /** What leases live by. */
  sealed interface Sign extends HostReport {
    List<Task> tasks();

    /** The agent's clock at sending, echoed. */
    long sentTickMs();

    /** The highest owner epoch that the agent has seen, 0 where it does not tell. */
    long epoch();

    /** For how long the agent still holds its tasks by a freeze; 0 if by its lease alone. */
    long frozenMs();
  }

  /**
   * Opens the conversation, at first and after every change of door; answered by {@link
   * HostOrder.Welcome} or {@link HostOrder.Refused}.
   *
   * @param incarnation rises with every start of the agent
   * @param tasks all tasks of this node that the agent knows and whose end is not acknowledged
   */
  record Hello(
      NodeId node,
      long incarnation,
      Inventory inventory,
      List<Task> tasks,
      long sentTickMs,
      Speaker speaker,
      long epoch,
      long frozenMs)
      implements Sign {
    public Hello {
      tasks = List.copyOf(tasks);
    }

    /** Of an agent that does not tell who it is. */
    public Hello(
        NodeId node, long incarnation, Inventory inventory, List<Task> tasks, long sentTickMs) {
      this(node, incarnation, inventory, tasks, sentTickMs, Speaker.UNKNOWN, 0, 0);
    }

    @Override
    public long life() {
      return speaker.life();
    }
  }

  /**
   * Renews all leases of the node; answered by {@link HostOrder.Renewed}.
   *
   * @param answeredTickMs the sending of the latest one that was answered, 0 before
   */
  record Renewal(
      NodeId node,
      List<Task> tasks,
      long sentTickMs,
      long life,
      long epoch,
      long frozenMs,
      long answeredTickMs)
      implements Sign {
    public Renewal {
      tasks = List.copyOf(tasks);
    }

    /** Of an agent that does not tell who it is. */
    public Renewal(NodeId node, List<Task> tasks, long sentTickMs) {
      this(node, tasks, sentTickMs, 0, 0, 0, 0);
    }
  }

  /** The task's process runs. */
  record TaskStarted(NodeId node, long token, long life) implements HostReport {
    /** Of an agent that does not tell who it is. */
    public TaskStarted(NodeId node, long token) {
      this(node, token, 0);
    }
  }

  /** The task's process is gone; said again until {@link HostOrder.EndAcknowledged}. */
  record TaskExited(NodeId node, long token, Exit exit, long life) implements HostReport {
    /** Of an agent that does not tell who it is. */
    public TaskExited(NodeId node, long token, Exit exit) {
      this(node, token, exit, 0);
    }
  }

  /**
   * What the agent saw of its devices; said again until {@link HostOrder.SignsKept}.
   *
   * @param number rises with each of one life; a later one holds all that is not kept yet
   */
  record Signs(NodeId node, long number, List<DeviceSign> signs, long life) implements HostReport {
    /** More signs than wait at once; the agent keeps the latest of each device and code. */
    public static final int MAX = 128;

    public Signs {
      signs = List.copyOf(signs);
    }
  }

  /** A {@link HostOrder.RunCanary} has been followed. */
  record CanaryEnded(
      NodeId node, String uuid, long number, boolean passed, String detail, long life)
      implements HostReport {}

  /** What was measured of the host; the latest counts, and nothing is decided by it. */
  record Measured(NodeId node, HostFigures figures, long life) implements HostReport {}

  /**
   * One task as the agent knows it.
   *
   * @param token the token of its lease
   * @param running false between the order and the process's start
   */
  record Task(long token, boolean running) {}
}
