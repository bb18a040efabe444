// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.annotation.JsonUnwrapped;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.node.Lease;
import io.mosu.scheduler.node.NodeView;
import java.util.List;

/** One node with its leases. */
record NodeDetail(@JsonUnwrapped NodeSummary node, long ownerEpoch, List<HeldLease> leaseList) {

  /** A lease as the API shows it. */
  record HeldLease(
      long token, String negotiation, String tenant, String job, List<Task> tasks, String state) {}

  /** What of the node one task holds. */
  record Task(int rank, List<Integer> devices, int milli) {}

  /** The view of a node that may not have registered since the board learned of it. */
  static NodeDetail of(NodeView view, Inventory known) {
    return new NodeDetail(
        NodeSummary.of(new Offering(view.digest(), view.inventory().orElse(known))),
        view.digest().epoch(),
        view.leases().stream().map(NodeDetail::lease).toList());
  }

  private static HeldLease lease(NodeView.LeaseView view) {
    Lease lease = view.lease();
    return new HeldLease(
        lease.token(),
        lease.negotiation().value(),
        lease.job().tenant().value(),
        lease.job().toString(),
        List.of(new Task(lease.task(), lease.grant().devices(), lease.grant().gpuMilli())),
        switch (view.phase()) {
          case "PROVISIONAL" -> "PROVISIONAL";
          case "STARTING", "ACTIVE" -> "ACTIVE";
          default -> "ENDING";
        });
  }
}
