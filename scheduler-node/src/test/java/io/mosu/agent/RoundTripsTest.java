// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.RoundTrip;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RoundTripsTest {

  @Test
  void whatListensIsMeasuredAndWhatDoesNotIsSaidToBeOutOfReach() throws IOException {
    int closed;
    try (ServerSocket gone = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      closed = gone.getLocalPort();
    }
    try (ServerSocket door = new ServerSocket(0, 50, InetAddress.getLoopbackAddress())) {
      List<RoundTrip> trips =
          RoundTrips.to(
                  List.of("ws://127.0.0.1:" + door.getLocalPort() + "/agents"),
                  List.of("east=127.0.0.1:" + closed, "west=no-such-host.invalid:80"))
              .measure();
      assertThat(trips)
          .extracting(RoundTrip::to)
          .containsExactly("east", "west", "door 127.0.0.1:" + door.getLocalPort());
      assertThat(trips.get(0).micros()).isEqualTo(HostFigures.UNKNOWN);
      assertThat(trips.get(1).micros()).isEqualTo(HostFigures.UNKNOWN);
      assertThat(trips.get(2).micros()).isBetween(1, 1_000_000);
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"east", "=h:1", "east=h", "east=h:99999", "east=h:x", "east=:"})
  void whatIsNoPlaceIsAClearError(String site) {
    assertThatThrownBy(() -> RoundTrips.to(List.of(), List.of(site)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("--reach takes NAME=HOST:PORT");
  }
}
