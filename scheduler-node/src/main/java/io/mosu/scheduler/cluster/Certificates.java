// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mosu.pki.TlsFolder;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;

/**
 * How scheduler nodes know each other. Without certificates everything stays on the loopback
 * interface: whoever can speak to a scheduler node's message port can command the cluster.
 */
final class Certificates {
  private Certificates() {}

  /** Certificates are needed, or are there and do not serve. */
  static final class Unusable extends Exception {
    private static final long serialVersionUID = 1;

    Unusable(String message) {
      super(message);
    }
  }

  /** {@code loaded}, with the message port under TLS where {@code mosu.certificates} is set. */
  static Config secured(Config loaded) throws Unusable {
    MosuSettings settings = MosuSettings.from(loaded);
    loopback("mosu.management.host", settings.management().host());
    if (settings.certificates().isEmpty()) {
      if (settings.http().tls()) {
        throw new Unusable("mosu.http.tls is on, and mosu.certificates names no certificates");
      }
      loopback("mosu.host", settings.host());
      loopback("mosu.http.host", settings.http().host());
      return loaded;
    }
    Path folder = Path.of(settings.certificates());
    check(folder);
    if (!settings.http().tls()) {
      loopback("mosu.http.host", settings.http().host());
    } else if (!Files.exists(folder.resolve(TlsFolder.AGENTS_AUTHORITY))) {
      throw new Unusable(
          folder.resolve(TlsFolder.AGENTS_AUTHORITY) + " is absent: the authority of the agents");
    }
    return ConfigFactory.parseMap(
            Map.of(
                "pekko.remote.artery.transport",
                "tls-tcp",
                "pekko.remote.artery.ssl.ssl-engine-provider",
                "org.apache.pekko.remote.artery.tcp.ssl.RotatingKeysSSLEngineProvider",
                "pekko.remote.artery.ssl.rotating-keys-engine.key-file",
                folder.resolve("tls.key").toString(),
                "pekko.remote.artery.ssl.rotating-keys-engine.cert-file",
                folder.resolve("tls.crt").toString(),
                "pekko.remote.artery.ssl.rotating-keys-engine.ca-cert-file",
                folder.resolve("ca.crt").toString()))
        .withFallback(loaded);
  }

  private static void loopback(String key, String host) throws Unusable {
    try {
      if (InetAddress.getByName(host).isLoopbackAddress()) {
        return;
      }
    } catch (UnknownHostException unknown) {
      throw new Unusable(key + " is " + host + ", which is no known host");
    }
    throw new Unusable(key + " is " + host + ", which others can reach, and it is not under TLS");
  }

  /** What TLS would say in a stack trace per connection is said once, before anything starts. */
  private static void check(Path folder) throws Unusable {
    try {
      TlsFolder.check(folder, TlsFolder.NODES_AUTHORITY);
    } catch (IOException wrong) {
      throw new Unusable(String.valueOf(wrong.getMessage()));
    }
  }

  /** How the API and the door take connections; empty for plain HTTP. */
  static Optional<TlsFolder> ofHttp(MosuSettings settings) {
    return settings.http().tls()
        ? Optional.of(new TlsFolder(Path.of(settings.certificates()), TlsFolder.AGENTS_AUTHORITY))
        : Optional.empty();
  }
}
