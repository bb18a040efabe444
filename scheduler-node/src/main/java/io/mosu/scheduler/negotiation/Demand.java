// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.placement.Mix;
import java.util.List;

/** What a node may know of waiting work: its board. It may be old. */
public interface Demand {

  /**
   * The tenants whose waiting work fits {@code room}: least use first, then longest wait, then by
   * name.
   */
  List<TenantId> deserving(Inventory inventory, Room room, int max);

  /** The tasks that are to be expected. */
  Mix mix();

  /**
   * What a tenant waits for. Of two, the one with the higher epoch, then version, is newer.
   *
   * @param waitingMilli GPU milli of all waiting tasks
   * @param usedMilli GPU milli leased now
   * @param sinceMs wall time of the longest-waiting job's submission, 0 without one
   * @param shapes some of the waiting shapes, at most {@link #SHAPES_MAX}
   */
  record DemandDigest(
      TenantId tenant,
      long epoch,
      long version,
      int queued,
      int running,
      long ended,
      long waitingMilli,
      long usedMilli,
      long sinceMs,
      List<Shape> shapes) {

    public static final int SHAPES_MAX = 8;

    public DemandDigest {
      shapes = List.copyOf(shapes);
    }

    public boolean newerThan(DemandDigest other) {
      return epoch > other.epoch || (epoch == other.epoch && version > other.version);
    }
  }
}
