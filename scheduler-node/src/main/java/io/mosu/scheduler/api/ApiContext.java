// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.blob.BlobStore;
import io.mosu.scheduler.board.Board;
import java.time.Duration;
import java.util.Map;
import java.util.function.Supplier;
import org.apache.pekko.actor.typed.ActorSystem;
import org.apache.pekko.http.javadsl.server.Route;

/**
 * What the edge of one scheduler node stands on.
 *
 * @param counters this scheduler node's counts since its start, by name
 * @param blobs archives of working directories
 * @param streams what execs, terminals and tunnels may take
 * @param agentDoor takes the requests that are neither the API's nor the wall's
 */
public record ApiContext(
    ActorSystem<?> system,
    Entities entities,
    Board board,
    Supplier<Map<String, Long>> counters,
    BlobStore blobs,
    Streams streams,
    Route agentDoor) {

  /**
   * Limits on streams into tasks.
   *
   * @param limit at once, at this scheduler node
   * @param idle after how long without a byte one is closed
   * @param life after how long one is closed in any case
   */
  public record Streams(int limit, Duration idle, Duration life) {}
}
