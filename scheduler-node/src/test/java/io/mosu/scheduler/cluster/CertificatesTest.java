// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.typesafe.config.Config;
import com.typesafe.config.ConfigFactory;
import com.typesafe.config.ConfigValueFactory;
import io.mosu.testing.TestAuthority;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CertificatesTest {
  private static final TestAuthority AUTHORITY = TestAuthority.create();

  @TempDir Path directory;

  @ParameterizedTest
  @CsvSource({"mosu.host, 10.1.2.3", "mosu.http.host, 0.0.0.0", "mosu.http.host, '::'"})
  void offLoopbackNothingStartsWithoutCertificates(String key, String address) {
    Config config = config("").withValue(key, ConfigValueFactory.fromAnyRef(address));
    assertThatThrownBy(() -> Certificates.secured(config))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining(key)
        .hasMessageContaining("it is not under TLS");
  }

  @Test
  void managementStaysOnLoopbackWithCertificatesToo() {
    Config open =
        config(AUTHORITY.node(directory).toString())
            .withValue("mosu.management.host", ConfigValueFactory.fromAnyRef("10.1.2.3"));
    assertThatThrownBy(() -> Certificates.secured(open))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining("mosu.management.host is 10.1.2.3");
  }

  @Test
  void offLoopbackTheApiNeedsTlsBesidesCertificates() {
    Config open =
        config(AUTHORITY.node(directory).toString())
            .withValue("mosu.http.host", ConfigValueFactory.fromAnyRef("0.0.0.0"));
    assertThatThrownBy(() -> Certificates.secured(open))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining("mosu.http.host is 0.0.0.0");
    Config on = open.withValue("mosu.http.tls", ConfigValueFactory.fromAnyRef(true));
    assertThatThrownBy(() -> Certificates.secured(on))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining("agents.crt is absent");
    TestAuthority.create().known(directory);
    assertThatCode(() -> Certificates.secured(on)).doesNotThrowAnyException();
  }

  @Test
  void tlsWithoutCertificatesIsRefused() {
    Config on = config("").withValue("mosu.http.tls", ConfigValueFactory.fromAnyRef(true));
    assertThatThrownBy(() -> Certificates.secured(on))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining("mosu.certificates names no certificates");
  }

  @Test
  void onLoopbackTheyMayBeLeftOut() throws Certificates.Unusable {
    assertThat(Certificates.secured(config(""))).isEqualTo(config(""));
  }

  @Test
  void withThemTheMessagePortSpeaksTls() throws Certificates.Unusable {
    Config secured = Certificates.secured(config(AUTHORITY.node(directory).toString()));
    assertThat(secured.getString("pekko.remote.artery.transport")).isEqualTo("tls-tcp");
  }

  @Test
  void anExpiredOneIsRefusedWithItsName() {
    AUTHORITY.node(directory, Instant.now().minus(Duration.ofDays(20)), Duration.ofDays(2));
    refused("tls.crt is not valid now");
  }

  @Test
  void oneOfTheFutureIsRefusedWithItsName() {
    AUTHORITY.node(directory, Instant.now().plus(Duration.ofDays(1)), Duration.ofDays(2));
    refused("tls.crt is not valid now");
  }

  @Test
  void oneOfAnotherAuthorityIsRefused() throws IOException {
    AUTHORITY.node(directory);
    Path other = TestAuthority.create().node(directory.resolve("other"));
    replace(other.resolve("ca.crt"), directory.resolve("ca.crt"));
    refused("was not issued by the authority");
  }

  @Test
  void theKeyOfAnotherIsRefused() throws IOException {
    AUTHORITY.node(directory);
    replace(
        AUTHORITY.node(directory.resolve("other")).resolve("tls.key"),
        directory.resolve("tls.key"));
    refused("is not the key of");
  }

  @Test
  void whatIsMissingIsNamed() throws IOException {
    AUTHORITY.node(directory);
    Files.delete(directory.resolve("tls.key"));
    refused("tls.key is absent");
  }

  private void refused(String why) {
    assertThatThrownBy(() -> Certificates.secured(config(directory.toString())))
        .isInstanceOf(Certificates.Unusable.class)
        .hasMessageContaining(why);
  }

  private static void replace(Path from, Path to) throws IOException {
    Files.copy(from, to, StandardCopyOption.REPLACE_EXISTING);
  }

  private static Config config(String folder) {
    return ConfigFactory.defaultReference()
        .withValue("mosu.certificates", ConfigValueFactory.fromAnyRef(folder));
  }
}
