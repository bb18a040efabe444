// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Room;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.placement.Mix;
import java.util.List;

/** What a node may know of waiting work: its board. It may be old. */
public interface Demand {

  /**
   * The tenants whose waiting work fits {@code room}: those below their guarantee first, then the
   * least use for their weight, then the longest wait, then by name.
   */
  List<TenantId> deserving(Inventory inventory, Room room, int max);

  /** GPU milli that {@code tenant} uses beyond its guarantee; 0 if it is not known. */
  long borrowedMilli(TenantId tenant);

  /** The tasks that are to be expected. */
  Mix mix();

  /**
   * What a tenant waits for. Of two, the one with the higher epoch, then version, is newer.
   *
   * @param waitingMilli GPU milli of all waiting tasks
   * @param usedMilli GPU milli leased now
   * @param sinceMs wall time of the longest-waiting job's submission, 0 without one
   * @param shapes some of the waiting shapes, at most {@link #SHAPES_MAX}
   * @param quota what it may use
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
      List<Shape> shapes,
      Quota quota) {

    public static final int SHAPES_MAX = 8;

    /** Of a tenant without a quota. */
    public DemandDigest(
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
      this(
          tenant,
          epoch,
          version,
          queued,
          running,
          ended,
          waitingMilli,
          usedMilli,
          sinceMs,
          shapes,
          Quota.NONE);
    }

    /** Whether it waits for what it is guaranteed. */
    public boolean belowGuarantee() {
      return waitingMilli > 0 && usedMilli < quota.guaranteedMilli();
    }

    /** GPU milli that it uses beyond its guarantee. */
    public long borrowedMilli() {
      return quota.borrowedMilli(usedMilli);
    }

    public DemandDigest {
      shapes = List.copyOf(shapes);
    }

    public boolean newerThan(DemandDigest other) {
      return epoch > other.epoch || (epoch == other.epoch && version > other.version);
    }
  }
}
