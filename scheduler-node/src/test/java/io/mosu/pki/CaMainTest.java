// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CaMainTest {
  @TempDir Path directory;

  private final ByteArrayOutputStream out = new ByteArrayOutputStream();
  private final ByteArrayOutputStream err = new ByteArrayOutputStream();

  @Test
  void aNodesCertificateIsSignedByItsAuthorityAndBearsTheCommonName() throws IOException {
    assertThat(ca("init")).isZero();
    assertThat(ca("node", directory.resolve("node-1").toString())).isZero();
    X509Certificate authority = Pem.certificate(directory.resolve("node-1/ca.crt"));
    X509Certificate node = Pem.certificate(directory.resolve("node-1/tls.crt"));
    assertThatCode(() -> node.verify(authority.getPublicKey())).doesNotThrowAnyException();
    assertThat(node.getSubjectX500Principal().getName()).isEqualTo("CN=" + CaMain.NODE_NAME);
    assertThat(node.getBasicConstraints()).isEqualTo(-1);
    assertThatCode(() -> assertThat(node.getSubjectAlternativeNames()).hasSize(3))
        .doesNotThrowAnyException();
    assertThat(Pem.key(directory.resolve("node-1/tls.key")).getAlgorithm()).isEqualTo("RSA");
  }

  @Test
  void anAgentsCertificateNamesItsNodesAndIsOfAnAuthorityOfItsOwn() throws Exception {
    ca("init");
    ca("node", directory.resolve("node-1").toString(), "--host", "10.0.0.1,mosu.example");
    String folder = directory.resolve("agent").toString();
    assertThat(ca("agent", folder, "--for", "rack-1,gpu-*", "--days", "7")).isZero();
    X509Certificate agent = Pem.certificate(directory.resolve("agent/tls.crt"));
    X509Certificate agents = Pem.certificate(directory.resolve("node-1/agents.crt"));
    X509Certificate nodes = Pem.certificate(directory.resolve("agent/ca.crt"));
    agent.verify(agents.getPublicKey());
    assertThatThrownBy(() -> agent.verify(nodes.getPublicKey()))
        .isInstanceOf(GeneralSecurityException.class);
    assertThat(agent.getExtendedKeyUsage()).containsExactly("1.3.6.1.5.5.7.3.2");
    AgentNames names = AgentNames.of(agent);
    assertThat(names.include("rack-1")).isTrue();
    assertThat(names.include("gpu-77")).isTrue();
    assertThat(names.include("rack-10")).isFalse();
    assertThat(names.include("gpu")).isFalse();
    assertThat(AgentNames.of(Pem.certificate(directory.resolve("node-1/tls.crt"))).names())
        .isEmpty();
    assertThat(ca("agent", folder, "--for", "../up")).isEqualTo(64);
  }

  @Test
  void aTokenIsForItsNodesAndEndsSoon() throws Exception {
    ca("init");
    ca("node", directory.resolve("node-1").toString(), "--enrol");
    out.reset();
    assertThat(ca("token", "--for", "rack-1,gpu-*")).isZero();
    JoinToken token =
        JoinToken.verified(
            out.toString(StandardCharsets.UTF_8),
            Pem.key(directory.resolve("node-1/agents.key")),
            Instant.now());
    assertThat(token.names()).containsExactly("rack-1", "gpu-*");
    assertThat(token.until()).isBefore(Instant.now().plusSeconds(901));
    assertThat(ca("token", "--for", "rack-1", "--minutes", "61")).isEqualTo(64);
    assertThat(ca("token", "--for", "a b")).isEqualTo(64);
  }

  @Test
  void onlyTheOwnerReadsKeys() throws IOException {
    ca("init");
    ca("node", directory.resolve("node-1").toString());
    ca("agent", directory.resolve("agent").toString(), "--for", "*");
    for (String key :
        List.of("authority/ca.key", "authority/agents.key", "node-1/tls.key", "agent/tls.key")) {
      assertThat(
              PosixFilePermissions.toString(Files.getPosixFilePermissions(directory.resolve(key))))
          .isEqualTo("rw-------");
    }
  }

  @Test
  void anAuthorityIsNeverReplaced() throws IOException {
    ca("init");
    String key = Files.readString(directory.resolve("authority/ca.key"));
    assertThat(ca("init")).isEqualTo(64);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("there is an authority in");
    assertThat(Files.readString(directory.resolve("authority/ca.key"))).isEqualTo(key);
  }

  @Test
  void withoutAnAuthorityThereIsALineThatHelps() {
    assertThat(ca("node", directory.resolve("node-1").toString())).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8))
        .contains("ca.crt is absent")
        .contains("mosu ca init")
        .doesNotContain("Exception");
  }

  @Test
  void theAuthorityIsShown() {
    ca("init");
    assertThat(ca("show")).isZero();
    assertThat(out.toString(StandardCharsets.UTF_8)).contains("CN=Mosu cluster", "valid until");
  }

  @Test
  void aDamagedKeyIsAClearError() throws IOException {
    ca("init");
    Files.writeString(directory.resolve("authority/ca.key"), "no key");
    assertThat(ca("show")).isEqualTo(1);
    assertThat(err.toString(StandardCharsets.UTF_8)).contains("holds no private key");
  }

  private int ca(String... words) {
    String[] all = new String[words.length + 2];
    System.arraycopy(words, 0, all, 0, words.length);
    all[words.length] = "--dir";
    all[words.length + 1] = directory.resolve("authority").toString();
    return CaMain.run(
        all,
        new PrintStream(out, true, StandardCharsets.UTF_8),
        new PrintStream(err, true, StandardCharsets.UTF_8));
  }
}
