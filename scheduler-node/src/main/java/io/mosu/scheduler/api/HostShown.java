// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.node.NodeView;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What was measured of a node's host as the API shows it; what cannot be measured is left out.
 *
 * @param cpuBusyPercent of all cores, 0 to 100
 */
@JsonInclude(JsonInclude.Include.NON_NULL)
record HostShown(
    @Nullable String measuredAt,
    @Nullable Double cpuBusyPercent,
    @Nullable Long memoryUsedMib,
    @Nullable Long diskFreeMib,
    @Nullable Long receivedBytesPerSecond,
    @Nullable Long sentBytesPerSecond,
    List<Way> roundTrips) {

  /** A round trip; {@code microseconds} is left out while the place cannot be reached. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  record Way(String to, @Nullable Long microseconds) {}

  static HostShown of(NodeView.Gauged gauged) {
    HostFigures figures = gauged.figures();
    return new HostShown(
        Json.time(gauged.atMs()),
        figures.cpuPermille() < 0 ? null : figures.cpuPermille() / 10.0,
        known(figures.memoryUsedMib()),
        known(figures.diskFreeMib()),
        known(figures.receivedBps()),
        known(figures.sentBps()),
        figures.roundTrips().stream()
            .map(trip -> new Way(trip.to(), known(trip.micros())))
            .toList());
  }

  /** Null of what could not be measured. */
  static @Nullable Long known(long figure) {
    return figure < 0 ? null : figure;
  }
}
