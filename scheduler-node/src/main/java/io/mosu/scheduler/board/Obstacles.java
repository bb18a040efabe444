// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.placement.Fit;
import java.util.Collection;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/** Why nodes seem to have no room for a shape. */
final class Obstacles {

  private Obstacles() {}

  /** Each reason with its count and an example. */
  static List<RefusalCount> of(Collection<Offering> offerings, Shape shape) {
    Map<Refusal, RefusalCount> reasons = new EnumMap<>(Refusal.class);
    for (Offering offering : offerings) {
      Refusal reason = obstacle(offering, shape);
      RefusalCount before = reasons.get(reason);
      reasons.put(
          reason,
          before == null
              ? new RefusalCount(
                  reason, 1, offering.digest().node(), detail(reason, offering, shape))
              : new RefusalCount(reason, before.count() + 1, before.example(), before.detail()));
    }
    return List.copyOf(reasons.values());
  }

  private static String detail(Refusal reason, Offering offering, Shape shape) {
    return switch (reason) {
      case UNREACHABLE -> "its agent is silent";
      case DRAINING -> "drained by an operator";
      case NOT_STARTING -> "its latest tasks could not be started";
      case DEVICE_FAULT ->
          "%d of %d GPUs are out for their health"
              .formatted(
                  Long.bitCount(offering.digest().faulty()), offering.inventory().devices().size());
      case HELD -> "free, but others are negotiating for it";
      default -> Fit.shortage(offering.inventory(), offering.digest().free(), shape);
    };
  }

  private static Refusal obstacle(Offering offering, Shape shape) {
    Digest digest = offering.digest();
    if (!digest.reachable()) {
      return Refusal.UNREACHABLE;
    } else if (digest.draining()) {
      return Refusal.DRAINING;
    } else if (digest.resting()) {
      return Refusal.NOT_STARTING;
    } else if (Fit.grant(offering.inventory(), digest.free(), shape).isPresent()) {
      return Refusal.HELD;
    } else if (digest.faulty() != 0
        && Fit.grant(offering.inventory(), digest.mended(), shape).isPresent()) {
      return Refusal.DEVICE_FAULT;
    }
    return Fit.reason(offering.inventory(), shape);
  }
}
