// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.pki.CaMain;
import io.mosu.pki.TlsFolder;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.HttpsConnectionContext;

/** How an agent shows the doors who it is, and knows a scheduler node. */
final class DoorTls {
  private DoorTls() {}

  /**
   * With the certificate in {@code folder}. A scheduler node is known by the name that all have,
   * not by its address: that of a proxy will do.
   *
   * @throws IllegalArgumentException if the certificate does not serve, with what is wrong
   */
  static Optional<HttpsConnectionContext> of(Optional<Path> folder) {
    if (folder.isEmpty()) {
      return Optional.empty();
    }
    try {
      TlsFolder.check(folder.get(), null);
    } catch (IOException wrong) {
      throw new IllegalArgumentException(String.valueOf(wrong.getMessage()), wrong);
    }
    TlsFolder own = new TlsFolder(folder.get(), TlsFolder.NODES_AUTHORITY);
    return Optional.of(
        ConnectionContext.httpsClient((host, port) -> own.clientEngine(CaMain.NODE_NAME)));
  }
}
