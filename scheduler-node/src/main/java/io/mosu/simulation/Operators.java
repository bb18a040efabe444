// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.node.NodeQuery;
import java.util.List;

/** Devices that go bad in a world, and the operators who drain its nodes and mend them. */
final class Operators {

  /** Of requests whose answer nobody waits for. */
  static final long ASKER = -1;

  static final String SUSPECT = "drawn-suspect";
  static final String FAULT = "drawn-fault";

  private static final int MENDS = 20;
  private static final long MEND_EVERY_MS = 5_000;

  private final World world;
  private final Scene scene;
  private long serial;

  Operators(World world, Scene scene) {
    this.world = world;
    this.scene = scene;
  }

  /** One of the host's devices shows a sign. */
  void sign(AgentHost host) {
    List<Device> devices = host.devices();
    if (!devices.isEmpty()) {
      serial++;
      String code = scene.chance.perMille(300) ? SUSPECT : FAULT;
      DeviceSign sign = new DeviceSign(scene.chance.of(devices).uuid(), code, "drawn", serial);
      host.input((mine, out) -> mine.signs(List.of(sign), host.moment(), out));
    }
  }

  /** Some of these give what runs no time. */
  void drain(NodeId node, long ms) {
    long deadlineMs = scene.chance.perMille(500) ? 1 : 0;
    tell(node, new NodeQuery.Drain(0, deadlineMs, 0, "drawn"));
    scene.agenda.in(ms, () -> tell(node, new NodeQuery.Undrain()));
  }

  /** All that was taken out is brought back, again and again: agents may still tell old signs. */
  void mend() {
    for (int times = 0; times < MENDS; times++) {
      scene.agenda.in(times * MEND_EVERY_MS + 1, () -> world.hosts().forEach(this::mend));
    }
  }

  private void mend(AgentHost host) {
    NodeLedger ledger = world.nodeLedger(host.node);
    if (ledger.standing().drain().planned()) {
      tell(host.node, new NodeQuery.Undrain());
    }
    for (Device device : host.devices()) {
      if (!ledger.standing().of(device.uuid()).offered()) {
        tell(host.node, new NodeQuery.Restore(device.index()));
      }
    }
  }

  private void tell(NodeId node, NodeQuery query) {
    world.node(node).hear(new Request(ASKER, query));
  }
}
