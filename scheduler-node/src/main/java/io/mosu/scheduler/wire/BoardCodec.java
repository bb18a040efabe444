// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.Demands;
import io.mosu.protocol.v1.Supplies;
import io.mosu.scheduler.board.Arrival;
import io.mosu.scheduler.board.BoardActor;
import io.mosu.scheduler.board.Offering;
import java.util.List;

/** The conversation of {@code board.proto}. */
final class BoardCodec {

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              BoardActor.Supplies.class,
              "board.supplies",
              BoardCodec::encode,
              Supplies.parser(),
              BoardCodec::decode),
          new Binding<>(
              BoardActor.Demands.class,
              "board.demands",
              BoardCodec::encode,
              Demands.parser(),
              BoardCodec::decode));

  /** Of one kind that arrive while a board waits for its turn to tell. */
  private static final int TASKS_MAX = 1_000_000;

  private BoardCodec() {}

  private static Supplies encode(BoardActor.Supplies supplies) {
    return Supplies.newBuilder()
        .addAllOfferings(supplies.offerings().stream().map(BoardCodec::encode).toList())
        .build();
  }

  private static BoardActor.Supplies decode(Supplies supplies) {
    return new BoardActor.Supplies(
        supplies.getOfferingsList().stream().map(BoardCodec::decode).toList());
  }

  private static BoardActor.Demands decode(Demands demands) {
    return new BoardActor.Demands(
        demands.getDemandsList().stream().map(JobCodec::decode).toList(),
        demands.getArrivalsList().stream().map(BoardCodec::decode).toList());
  }

  private static Demands encode(BoardActor.Demands demands) {
    return Demands.newBuilder()
        .addAllDemands(demands.demands().stream().map(JobCodec::encode).toList())
        .addAllArrivals(demands.arrivals().stream().map(BoardCodec::encode).toList())
        .build();
  }

  private static io.mosu.protocol.v1.Arrival encode(Arrival arrival) {
    return io.mosu.protocol.v1.Arrival.newBuilder()
        .setShape(ValueCodec.encode(arrival.shape()))
        .setTasks(arrival.tasks())
        .build();
  }

  private static Arrival decode(io.mosu.protocol.v1.Arrival arrival) {
    return new Arrival(
        ValueCodec.decode(arrival.getShape()),
        Check.between(arrival.getTasks(), 0, TASKS_MAX, "tasks"));
  }

  private static io.mosu.protocol.v1.Offering encode(Offering offering) {
    return io.mosu.protocol.v1.Offering.newBuilder()
        .setDigest(ValueCodec.encode(offering.digest()))
        .setInventory(ValueCodec.encode(offering.inventory()))
        .build();
  }

  private static Offering decode(io.mosu.protocol.v1.Offering offering) {
    return new Offering(
        ValueCodec.decode(Check.present(offering.hasDigest(), offering.getDigest(), "digest")),
        ValueCodec.decode(
            Check.present(offering.hasInventory(), offering.getInventory(), "inventory")));
  }
}
