// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * What the board keeps of a node's state. Of two, the one with the higher epoch, then version, is
 * newer.
 *
 * @param epoch the owner epoch of the node's actor
 * @param version rises within an epoch whenever anything here changes
 * @param free what is neither leased nor broken; holds are not taken off
 * @param reachable whether an agent renews the node's leases
 * @param draining whether operators drain it: what is free is not leased then
 * @param faulty which of its devices are out for their health, bit by index
 * @param resting whether it takes no work since none of its latest tasks could be started
 * @param lent which of its devices are leased beyond their tenants' guarantees, bit by index
 * @param kept whether room is kept for a job that waits; it is not in {@code free}
 */
public record Digest(
    NodeId node,
    long epoch,
    long version,
    Room free,
    int leases,
    boolean reachable,
    boolean draining,
    long faulty,
    boolean resting,
    long lent,
    boolean kept) {
  /** Of a sound node. */
  public Digest(NodeId node, long epoch, long version, Room free, int leases, boolean reachable) {
    this(node, epoch, version, free, leases, reachable, false, 0, false, 0, false);
  }

  /** Whether it takes new tasks. */
  public boolean open() {
    return reachable && !draining && !resting;
  }

  /** Whether device {@code index} is out for its health. */
  public boolean faulty(int index) {
    return (faulty >>> index & 1) == 1;
  }

  /** What would be free if the devices that are out were sound and idle. */
  public Room mended() {
    int[] milli = new int[free.devices()];
    for (int i = 0; i < milli.length; i++) {
      milli[i] = faulty(i) ? Device.WHOLE_MILLI : free.gpuMilli(i);
    }
    return new Room(free.cpuMilli(), free.memoryMib(), milli);
  }

  /** What would be free of {@code inventory}'s GPUs if those gave back what they borrowed. */
  public Room returned(Inventory inventory) {
    int[] milli = new int[free.devices()];
    for (int i = 0; i < milli.length; i++) {
      milli[i] = (lent >>> i & 1) == 1 ? Device.WHOLE_MILLI : free.gpuMilli(i);
    }
    return lent == 0 ? free : new Room(inventory.cpuMilli(), inventory.memoryMib(), milli);
  }

  public boolean newerThan(Digest other) {
    return epoch > other.epoch || (epoch == other.epoch && version > other.version);
  }
}
