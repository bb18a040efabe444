// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Device;
import java.util.List;
import org.junit.jupiter.api.Test;

class TaskEnvironmentTest {
  private static final Device WHOLE = new Device(0, "H100", 81_559, "GPU-a");
  private static final Device SLICE = new Device(1, "H100-1g.10gb", 9_856, "MIG-b");
  private static final Device SIMULATED = new Device(2, "H100", 81_559, "SIM-n-2");

  @Test
  void cardsAndSlicesAreNamedByUuid() {
    assertThat(TaskEnvironment.visible(List.of(WHOLE, SLICE), List.of(1))).isEqualTo("MIG-b");
    assertThat(TaskEnvironment.visible(List.of(WHOLE, SLICE), List.of(0, 1)))
        .isEqualTo("GPU-a,MIG-b");
  }

  @Test
  void simulatedAndUnknownDevicesAreNamedByIndex() {
    assertThat(TaskEnvironment.visible(List.of(WHOLE, SLICE, SIMULATED), List.of(2)))
        .isEqualTo("2");
    assertThat(TaskEnvironment.visible(List.of(), List.of(0, 1))).isEqualTo("0,1");
  }

  @Test
  void noDeviceIsVisibleWithoutALease() {
    assertThat(TaskEnvironment.visible(List.of(WHOLE), List.of())).isEmpty();
  }
}
