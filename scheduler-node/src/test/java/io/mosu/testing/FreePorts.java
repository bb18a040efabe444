// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/** Ports of the loopback interface that nothing listens on. */
public final class FreePorts {

  private FreePorts() {}

  /** Different ones, for all are bound before any is given back. */
  public static List<Integer> take(int count) {
    List<ServerSocket> bound = new ArrayList<>();
    try {
      for (int i = 0; i < count; i++) {
        bound.add(new ServerSocket(0, 1, InetAddress.getLoopbackAddress()));
      }
      List<Integer> ports = bound.stream().map(ServerSocket::getLocalPort).toList();
      for (ServerSocket socket : bound) {
        socket.close();
      }
      return ports;
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }
}
