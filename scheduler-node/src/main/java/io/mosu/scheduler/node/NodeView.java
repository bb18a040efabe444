// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Wire;
import java.util.List;
import java.util.Optional;

/** A node as people see it. */
public record NodeView(
    Digest digest,
    Optional<Inventory> inventory,
    List<LeaseView> leases,
    Freeze freeze,
    Standing standing,
    Optional<Gauged> gauged)
    implements Wire {
  public NodeView {
    leases = List.copyOf(leases);
  }

  /** Of a node that is sound and not frozen. */
  public NodeView(Digest digest, Optional<Inventory> inventory, List<LeaseView> leases) {
    this(digest, inventory, leases, Freeze.NONE, Standing.SOUND);
  }

  /** Of a host that nobody has measured. */
  public NodeView(
      Digest digest,
      Optional<Inventory> inventory,
      List<LeaseView> leases,
      Freeze freeze,
      Standing standing) {
    this(digest, inventory, leases, freeze, standing, Optional.empty());
  }

  /** As {@code ledger} and {@code host} have it. */
  static NodeView of(Digest digest, NodeLedger ledger, HostCare host) {
    return new NodeView(
        digest,
        ledger.inventory(),
        ledger.leases().values().stream()
            .map(lease -> new LeaseView(lease, host.phase(lease).name(), host.contactLost(lease)))
            .toList(),
        ledger.freeze(),
        ledger.standing());
  }

  /** The same with what was measured last. */
  NodeView with(Optional<Gauged> last) {
    return new NodeView(digest, inventory, leases, freeze, standing, last);
  }

  /** What an agent measured, and when that came, a wall time in milliseconds. */
  public record Gauged(HostFigures figures, long atMs) {}

  /** One lease and where it stands: PROVISIONAL, STARTING, ACTIVE, STOPPING or ENDED. */
  public record LeaseView(Lease lease, String phase, boolean contactLost) {
    public LeaseView(Lease lease, String phase) {
      this(lease, phase, false);
    }
  }
}
