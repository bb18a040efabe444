// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Room;
import java.util.stream.IntStream;

/** One node as the API shows it. */
@SuppressWarnings("ArrayRecordComponent") // written as JSON, never compared
record NodeSummary(
    String id,
    String supplier,
    String site,
    String model,
    int gpus,
    int gpusFree,
    int gpusFaulty,
    int[] milliFree,
    int cpuMilli,
    int cpuMilliFree,
    int memoryMib,
    int memoryMibFree,
    int leases,
    String state) {

  static NodeSummary of(Offering offering) {
    Digest digest = offering.digest();
    Inventory inventory = offering.inventory();
    Room free = digest.free();
    return new NodeSummary(
        digest.node().value(),
        inventory.supplier(),
        inventory.site(),
        inventory.model(),
        inventory.devices().size(),
        free.wholeFree(),
        Long.bitCount(digest.faulty()),
        IntStream.range(0, free.devices()).map(free::gpuMilli).toArray(),
        inventory.cpuMilli(),
        free.cpuMilli(),
        inventory.memoryMib(),
        free.memoryMib(),
        digest.leases(),
        state(digest));
  }

  private static String state(Digest digest) {
    if (!digest.reachable()) {
      return "LOST";
    }
    if (!digest.draining() && digest.resting()) {
      return "RESTING";
    }
    return !digest.draining() ? "UP" : digest.leases() > 0 ? "DRAINING" : "DRAINED";
  }
}
