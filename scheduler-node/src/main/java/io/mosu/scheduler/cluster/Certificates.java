// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import io.mosu.pki.Pem;
import java.io.IOException;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.Signature;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.security.cert.X509Certificate;
import java.util.Map;

/**
 * How scheduler nodes know each other. Without certificates everything stays on the loopback
 * interface: whoever can speak to a scheduler node's message port can command the cluster.
 */
final class Certificates {
  private static final byte[] PROBE = {1, 2, 3};

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
    if (settings.certificates().isEmpty()) {
      loopback("mosu.host", settings.host());
      loopback("mosu.http.host", settings.http().host());
      return loaded;
    }
    Path folder = Path.of(settings.certificates());
    check(folder);
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
    throw new Unusable(
        key + " is " + host + ", which others can reach, and there are no certificates");
  }

  /** What TLS would say in a stack trace per connection is said once, before anything starts. */
  private static void check(Path folder) throws Unusable {
    Path file = folder.resolve("tls.crt");
    try {
      X509Certificate own = Pem.certificate(file);
      X509Certificate authority = Pem.certificate(folder.resolve("ca.crt"));
      PrivateKey key = Pem.key(folder.resolve("tls.key"));
      own.checkValidity();
      own.verify(authority.getPublicKey());
      Signature signature = Signature.getInstance("SHA256withRSA");
      signature.initSign(key);
      signature.update(PROBE);
      byte[] signed = signature.sign();
      signature.initVerify(own.getPublicKey());
      signature.update(PROBE);
      if (!signature.verify(signed)) {
        throw new Unusable(folder.resolve("tls.key") + " is not the key of " + file);
      }
    } catch (CertificateExpiredException | CertificateNotYetValidException outOfDate) {
      throw new Unusable(file + " is not valid now: " + outOfDate.getMessage());
    } catch (GeneralSecurityException foreign) {
      throw new Unusable(file + " was not issued by the authority of " + folder.resolve("ca.crt"));
    } catch (IOException absent) {
      throw new Unusable(String.valueOf(absent.getMessage()));
    }
  }
}
