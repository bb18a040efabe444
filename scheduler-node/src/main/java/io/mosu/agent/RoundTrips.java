// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.RoundTrip;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/**
 * Measures round trips by TCP handshakes, which need no rights and no service of ours at the other
 * end: the shortest of a few, as a handshake is never faster than the way.
 */
final class RoundTrips {
  private static final int TRIES = 3;
  private static final Duration LIMIT = Duration.ofSeconds(1);
  private static final int PORT_MAX = 65_535;

  private final Map<String, String> places;

  private RoundTrips(Map<String, String> places) {
    this.places = places;
  }

  /**
   * To all doors, and to what {@code sites} names.
   *
   * @param sites each {@code NAME=HOST:PORT}
   * @throws IllegalArgumentException if one is not
   */
  static RoundTrips to(List<String> doorUrls, List<String> sites) {
    Map<String, String> places = new LinkedHashMap<>();
    for (String site : sites) {
      int equals = site.indexOf('=');
      String place = site.substring(equals + 1);
      if (equals < 1 || !place.matches("\\S+:[0-9]{1,5}") || port(place) > PORT_MAX) {
        throw new IllegalArgumentException("--reach takes NAME=HOST:PORT, not '" + site + "'");
      }
      places.put(site.substring(0, equals), place);
    }
    for (String url : doorUrls) {
      URI door = URI.create(url);
      int port = door.getPort() > 0 ? door.getPort() : url.startsWith("wss") ? 443 : 80;
      places.putIfAbsent("door " + door.getHost() + ":" + port, door.getHost() + ":" + port);
    }
    if (places.size() > HostFigures.ROUND_TRIPS_MAX) {
      throw new IllegalArgumentException(
          "--reach and --door name %d places, at most %d are measured"
              .formatted(places.size(), HostFigures.ROUND_TRIPS_MAX));
    }
    return new RoundTrips(places);
  }

  /** Measures, one place after the other; takes up to a second for each that does not answer. */
  List<RoundTrip> measure() {
    List<RoundTrip> measured = new ArrayList<>();
    places.forEach((name, place) -> measured.add(new RoundTrip(name, micros(place))));
    return measured;
  }

  private static int micros(String place) {
    long best = Long.MAX_VALUE;
    InetSocketAddress address = // resolved once: what names take is not the way
        new InetSocketAddress(place.substring(0, place.lastIndexOf(':')), port(place));
    for (int i = 0; i < TRIES; i++) {
      try (Socket socket = new Socket()) {
        long before = System.nanoTime();
        socket.connect(address, (int) LIMIT.toMillis());
        best = Math.min(best, System.nanoTime() - before);
      } catch (IOException unreachable) {
        return HostFigures.UNKNOWN;
      }
    }
    return (int) TimeUnit.NANOSECONDS.toMicros(best);
  }

  private static int port(String place) {
    return Integer.parseInt(place.substring(place.lastIndexOf(':') + 1));
  }
}
