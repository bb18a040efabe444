// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import java.util.List;

/**
 * What an agent measured of its host; a figure that it cannot have is {@link #UNKNOWN}.
 *
 * @param cpuPermille how busy the cores were since the time before, 0 to 1000
 * @param diskFreeMib what is free where the tasks work
 * @param receivedBps bytes a second over all interfaces but loopback, since the time before
 * @param sentBps as above
 * @param devices by their uuid; none where they are simulated
 */
public record HostFigures(
    int cpuPermille,
    int memoryUsedMib,
    int diskFreeMib,
    long receivedBps,
    long sentBps,
    List<DeviceFigures> devices,
    List<RoundTrip> roundTrips) {

  public static final int UNKNOWN = -1;

  /** More places than an agent measures to. */
  public static final int ROUND_TRIPS_MAX = 64;

  public HostFigures {
    devices = List.copyOf(devices);
    roundTrips = List.copyOf(roundTrips);
  }

  /**
   * Of one whole GPU, as its driver says.
   *
   * @param busyPercent 0 to 100
   */
  public record DeviceFigures(
      String uuid, int busyPercent, int memoryUsedMib, int temperatureC, int powerW) {

    /** Of a device that nobody has measured. */
    public static DeviceFigures unknown(String uuid) {
      return new DeviceFigures(uuid, UNKNOWN, UNKNOWN, UNKNOWN, UNKNOWN);
    }
  }

  /**
   * The shortest of a few handshakes with a place.
   *
   * @param to a site's name, or a door's address
   * @param micros microseconds, {@link #UNKNOWN} while it cannot be reached
   */
  public record RoundTrip(String to, int micros) {}
}
