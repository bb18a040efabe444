// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.DeviceFigures;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** On the host that this runs on. */
class GaugeActorTest {
  private final ActorTestKit kit = ActorTestKit.create();

  @TempDir Path work;

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void thisHostIsMeasured() {
    TestProbe<HostFigures> said = kit.createTestProbe();
    ActorRef<GaugeActor.Command> gauge =
        kit.spawn(
            GaugeActor.create(
                work, RoundTrips.to(List.of(), List.of()), figures -> said.ref().tell(figures)));
    DeviceFigures device = new DeviceFigures("GPU-1", 50, 1_000, 40, 300);
    gauge.tell(new GaugeActor.Devices(List.of(device)));
    HostFigures figures = said.receiveMessage(Duration.ofSeconds(30));
    assertThat(figures.cpuPermille()).isBetween(0, 1_000);
    assertThat(figures.memoryUsedMib()).isPositive();
    assertThat(figures.diskFreeMib()).isPositive();
    assertThat(figures.receivedBps()).isNotNegative();
    assertThat(figures.devices()).containsExactly(device);
  }
}
