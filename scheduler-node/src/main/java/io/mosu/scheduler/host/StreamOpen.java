// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;
import java.util.List;

/** Asks an agent for a stream into one of its running tasks. */
public record StreamOpen(NodeId node, long token, Target target) implements Wire {

  /** The most rows or columns of a terminal. */
  public static final int SIDE_MAX = 10_000;

  /** What the stream leads to. */
  public sealed interface Target {}

  /**
   * A new process within the task's surroundings.
   *
   * @param terminal whether it gets a pseudo terminal of its own, of that size
   */
  public record Command(List<String> argv, boolean terminal, int rows, int columns)
      implements Target {
    public Command {
      argv = List.copyOf(argv);
    }
  }

  /**
   * The pseudo terminal that the task itself runs on.
   *
   * @param offset the first byte wanted of all that the task has ever said
   */
  public record Terminal(int rows, int columns, long offset) implements Target {}

  /** A TCP connection to 127.0.0.1 of the task's host. */
  public record Port(int port) implements Target {}
}
