// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.SecureRandom;
import java.security.cert.CertificateFactory;
import java.util.List;
import java.util.Map;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManagerFactory;

/** Which authority's scheduler nodes the client believes: {@code MOSU_CA}, or else Java's list. */
final class Trust {
  private static final String VARIABLE = "MOSU_CA";

  private Trust() {}

  /** For all connections of this process, if there is one by https and the variable is set. */
  static void install(List<String> addresses, Map<String, String> environment) {
    String file = environment.getOrDefault(VARIABLE, "");
    if (file.isBlank() || addresses.stream().noneMatch(address -> address.startsWith("https:"))) {
      return;
    }
    try (InputStream in = Files.newInputStream(Path.of(file))) {
      KeyStore authorities = KeyStore.getInstance("PKCS12");
      authorities.load(null, null);
      int number = 0;
      for (var certificate : CertificateFactory.getInstance("X.509").generateCertificates(in)) {
        authorities.setCertificateEntry("authority-" + number, certificate);
        number++;
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(authorities);
      SSLContext context = SSLContext.getInstance("TLS");
      context.init(null, managers.getTrustManagers(), new SecureRandom());
      SSLContext.setDefault(context);
    } catch (IOException | GeneralSecurityException wrong) {
      throw CliFailure.usage(
          VARIABLE + " names " + file + ", which holds no certificates: " + wrong.getMessage(),
          "give the authority's, such as .mosu/ca/ca.crt");
    }
  }
}
