// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

/** What one message between an agent and a door carries. */
public sealed interface AgentFrame {

  /** From the agent to the node's actor. */
  record Report(HostReport report) implements AgentFrame {}

  /** From the node's actor to the agent. */
  record Order(HostOrder order) implements AgentFrame {}

  /**
   * From the door to the agent; answered by a {@link Piece} of the same request.
   *
   * @param request names the question within the connection
   */
  record Read(long request, LogRead read) implements AgentFrame {}

  /** From the agent to the door. */
  record Piece(long request, LogRead.Piece piece) implements AgentFrame {}

  /**
   * From the door to the agent.
   *
   * @param stream names the stream within the connection from now on
   */
  record Open(long stream, StreamOpen open) implements AgentFrame {}

  /** Of an open stream, in either direction. */
  record Said(StreamSaid said) implements AgentFrame {}
}
