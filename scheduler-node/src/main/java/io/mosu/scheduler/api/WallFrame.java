// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import org.apache.pekko.util.ByteString;
import org.jspecify.annotations.Nullable;

/**
 * What one event of the wall's feed says.
 *
 * @param at wall time of the reading in ms
 * @param nodes all of them in a snapshot, those that changed in a tick
 * @param happenings the newest of the past in a snapshot, those of this second in a tick
 */
record WallFrame(
    long at,
    Members members,
    Totals totals,
    List<Cell> nodes,
    List<TenantView> tenants,
    List<Happening> happenings) {

  /** Scheduler nodes that are up, of all. */
  record Members(int up, int all) {}

  /** Sums over all tenants. */
  record Totals(long queued, long running, long ended, double placedPerSecond, int tenants) {}

  /**
   * One node.
   *
   * @param used milli of each device; -1 of one that is out for its health
   */
  @SuppressWarnings("ArrayRecordComponent") // written as JSON, never compared
  record Cell(String id, String supplier, String model, boolean lost, int[] used) {}

  /** One line of the ticker: {@code count} jobs of a tenant, or a node of a supplier. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Happening(long at, Kind kind, String who, @Nullable String supplier, long count) {
    /** What can happen. */
    enum Kind {
      JOINED,
      LOST,
      BACK,
      PLACED,
      ENDED
    }
  }

  /** As a server-sent event. */
  ByteString encode(String event, long id) {
    return ByteString.fromString("id: " + id + "\nevent: " + event + "\ndata: ")
        .concat(ByteString.fromArray(Json.bytes(this)))
        .concat(ByteString.fromString("\n\n"));
  }
}
