// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.pki.JoinToken;
import io.mosu.pki.Pem;
import io.mosu.scheduler.door.Enrolment;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
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
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

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
    node.order(task("sleep", "60"));
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
    AgentOptions options = new AgentOptions();
    new CommandLine(options)
        .parseArgs(
            "--door",
            node.url(),
            "--name",
            NODE.value(),
            "--simulate",
            "8xH100",
            "--state",
            folders.resolve("state-" + number).toString(),
            "--certificates",
            own.toString(),
            "--join",
            token);
    agent = AgentMain.start(options);
  }

  private void stop() throws Exception {
    AgentMain.Running running = agent;
    if (running != null) {
      running.system().terminate();
      running.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
      agent = null;
    }
  }

  private static HostOrder.StartTask task(String... command) {
    return new HostOrder.StartTask(
        NODE,
        1,
        1,
        new JobId(new TenantId("acme"), 5),
        0,
        1,
        "127.0.0.1",
        20_001,
        new Grant(List.of(0), 1_000, 1_000, 512),
        new TaskSpec(List.of(command), new TreeMap<>()));
  }
}
