// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Wire;

/**
 * Asks an agent for a piece of a task's log.
 *
 * @param offset the first byte wanted
 * @param waitMs how long the agent may wait for more output if there is none at the offset yet
 */
public record LogRead(NodeId node, long token, long offset, int bytesMax, long waitMs)
    implements Wire {

  /** The most that one answer carries, so that it fits a frame of the agent's door. */
  public static final int BYTES_MAX = 32 * 1024;

  /**
   * The answer.
   *
   * @param known false if the agent has no such log
   * @param ended whether the task has ended and nothing follows these bytes
   */
  @SuppressWarnings("ArrayRecordComponent") // handed on, never compared
  public record Piece(boolean known, long offset, byte[] bytes, boolean ended) implements Wire {}
}
