// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.pki.JoinToken;
import io.mosu.pki.Pem;
import io.mosu.scheduler.door.Enrolment;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.NodeId;
import io.mosu.testing.TestAuthority;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real agent that gets its certificate from a door. */
class AgentJoinIT {
  private static final ActorTestKit KIT = ActorTestKit.create("AgentJoinIT");
  private static final NodeId NODE = new NodeId("rack-1");
  private static final Duration VALIDITY = Duration.ofSeconds(8);

  @TempDir static Path folders;

  private static int number;

  private final TestAuthority nodes = TestAuthority.create();
  private final TestAuthority agents = TestAuthority.create();
  private final Map<String, String> used = new ConcurrentHashMap<>();
  private Path own;
  private StubNode node;
  private AgentMain.@Nullable Running agent;

  @BeforeEach
  void begin() throws Exception {
    number++;
    Path server = agents.enrolling(nodes.node(folders.resolve("server-" + number)));
    own = folders.resolve("own-" + number);
    Enrolment enrolment =
        new Enrolment(
            server,
            VALIDITY,
            (token, key) -> key.equals(used.merge(token.id(), key, (first, second) -> first)),
            InstantSource.system());
    node = new StubNode(KIT, 6_000, server, enrolment);
  }

  @AfterEach
  void close() throws Exception {
    stop();
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void agentJoinsByATokenAndComesBackWithItsCertificate() throws Exception {
    String token = token(agents, nodes, Duration.ofMinutes(15));
    start(token);
    assertThat(node.await(HostReport.Hello.class).node()).isEqualTo(NODE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(own.resolve("tls.key"))))
        .isEqualTo("rw-------");
    stop();
    start(token);
    assertThat(node.await(HostReport.Hello.class).node()).isEqualTo(NODE);
  }

  @Test
  void secondAgentWithATokenIsRefused() throws Exception {
    String token = token(agents, nodes, Duration.ofMinutes(15));
    new Enrolling(folders.resolve("first-" + number), doors()).join(token);
    assertThatThrownBy(() -> start(token)).hasMessageContaining("was used already");
    assertThat(own.resolve("tls.crt")).doesNotExist();
  }

  @Test
  void doorThatIssuesNoCertificatesIsPassedOver() throws Exception {
    Path plain = agents.known(nodes.node(folders.resolve("plain-" + number)));
    StubNode other =
        new StubNode(
            KIT,
            6_000,
            plain,
            new Enrolment(plain, VALIDITY, (token, key) -> true, InstantSource.system()));
    List<String> both =
        List.of(other.url().replaceFirst("^http", "ws") + "/agents", doors().get(0));
    new Enrolling(own, both).join(token(agents, nodes, Duration.ofMinutes(15)));
    assertThat(own.resolve("tls.crt")).exists();
    other.close();
  }

  @Test
  void forgedEndedAndDamagedTokensAreRefused() {
    refused(token(TestAuthority.create(), nodes, Duration.ofMinutes(15)), "not made by this");
    refused(token(agents, nodes, Duration.ofMinutes(-1)), "ended at");
    refused(token(agents, nodes, Duration.ofMinutes(15)).substring(0, 40), "no join token");
    refused("mosu1.AAAA.BBBB", "damaged");
  }

  @Test
  void doorOfAnotherClusterIsNotBelieved() {
    refused(
        token(agents, TestAuthority.create(), Duration.ofMinutes(15)),
        "is not of the cluster that the join token is for");
    assertThat(used).isEmpty();
  }

  @Test
  void certificateIsRenewedWithoutATaskDropped() throws Exception {
    start(token(agents, nodes, Duration.ofMinutes(15)));
    X509Certificate first = Pem.certificate(own.resolve("tls.crt"));
    node.await(HostReport.Hello.class);
    node.order(StubNode.task(NODE, "sleep", "60"));
    node.await(HostReport.TaskStarted.class);
    HostReport.Hello again = node.await(HostReport.Hello.class);
    assertThat(Instant.now()).isAfter(first.getNotAfter().toInstant());
    assertThat(again.tasks()).containsExactly(new HostReport.Task(1, true));
    assertThat(Pem.certificate(own.resolve("tls.crt")).getPublicKey())
        .isNotEqualTo(first.getPublicKey());
  }

  private void refused(String token, String why) {
    assertThatThrownBy(() -> start(token))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining(why);
  }

  private static String token(TestAuthority agents, TestAuthority nodes, Duration life) {
    return JoinToken.create(
            List.of("rack-*"), Instant.now().plus(life), nodes.authority().certificate())
        .signed(agents.authority().key());
  }

  private List<String> doors() {
    return List.of(node.url().replaceFirst("^http", "ws") + "/agents");
  }

  private void start(String token) throws Exception {
    agent =
        node.agent(
            NODE,
            folders.resolve("state-" + number),
            "--certificates",
            own.toString(),
            "--join",
            token);
  }

  private void stop() throws Exception {
    StubNode.end(agent);
    agent = null;
  }
}
