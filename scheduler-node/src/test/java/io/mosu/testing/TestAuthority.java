// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import io.mosu.pki.Authority;
import io.mosu.pki.CaMain;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.Key;
import java.security.cert.CertificateEncodingException;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.List;

/** An authority that issues whatever a test wants, at whatever time. */
public record TestAuthority(Authority authority) {

  public static TestAuthority create() {
    return new TestAuthority(
        Authority.create("test", Duration.ofDays(3_650), Instant.now().minus(Duration.ofDays(30))));
  }

  /** A scheduler node's folder, valid for {@code validity} from {@code from} on. */
  public Path node(Path folder, Instant from, Duration validity) {
    return write(folder, authority.issue(List.of(CaMain.NODE_NAME), validity, from), this);
  }

  /** An agent's folder; its doors are those of {@code nodes}. */
  public Path agent(
      Path folder, TestAuthority nodes, Instant from, Duration validity, String... names) {
    return write(folder, authority.issueAgent(List.of(names), validity, from), nodes);
  }

  /** Lets the owner of a scheduler node's folder know this as the agents' authority. */
  public Path known(Path folder) {
    try {
      Files.writeString(folder.resolve("agents.crt"), pem(authority.certificate()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return folder;
  }

  /** As {@link #known}, and lets it issue agents' certificates. */
  public Path enrolling(Path folder) {
    try {
      Files.writeString(known(folder).resolve("agents.key"), pem(authority.key()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return folder;
  }

  private static Path write(Path folder, Authority.Issued issued, TestAuthority trusted) {
    try {
      Files.createDirectories(folder);
      Files.writeString(folder.resolve("ca.crt"), pem(trusted.authority.certificate()));
      Files.writeString(folder.resolve("tls.crt"), pem(issued.certificate()));
      Files.writeString(folder.resolve("tls.key"), pem(issued.key()));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
    return folder;
  }

  public Path node(Path folder) {
    return node(folder, Instant.now(), Duration.ofDays(1));
  }

  private static String pem(X509Certificate certificate) {
    try {
      return pem("CERTIFICATE", certificate.getEncoded());
    } catch (CertificateEncodingException impossible) {
      throw new IllegalStateException(impossible);
    }
  }

  private static String pem(Key key) {
    return pem("PRIVATE KEY", key.getEncoded());
  }

  private static String pem(String kind, byte[] bytes) {
    return "-----BEGIN %1$s-----\n%2$s\n-----END %1$s-----\n"
        .formatted(kind, Base64.getMimeEncoder().encodeToString(bytes));
  }
}
