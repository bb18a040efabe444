// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.Supply;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Why shapes find no room, looked for once while nothing changes, and not for each job. */
final class Explanations {
  private static final RefusalCount NO_NODES =
      new RefusalCount(Refusal.NO_CANDIDATE, 1, new NodeId("-"), "no GPU node has joined yet");

  private final Supply supply;
  private final Map<Shape, List<RefusalCount>> found = new HashMap<>();

  Explanations(Supply supply) {
    this.supply = supply;
  }

  /** The board may have changed. */
  void forget() {
    found.clear();
  }

  /** The reasons, at least one. */
  List<RefusalCount> of(Shape shape) {
    return found.computeIfAbsent(
        shape,
        s -> {
          List<RefusalCount> reasons = supply.explain(s);
          return reasons.isEmpty() ? List.of(NO_NODES) : reasons;
        });
  }
}
