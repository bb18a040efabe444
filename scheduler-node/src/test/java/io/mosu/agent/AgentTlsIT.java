// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.NodeId;
import io.mosu.testing.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.slf4j.LoggerFactory;

/** A real agent before a door under mutual TLS. */
class AgentTlsIT {
  private static final ActorTestKit KIT = ActorTestKit.create("AgentTlsIT");
  private static final Duration DAY = Duration.ofDays(1);
  private static final NodeId NODE = new NodeId("rack-1");

  @TempDir static Path folders;

  private static int number;

  private static final Logger ROOT =
      (Logger) LoggerFactory.getLogger(org.slf4j.Logger.ROOT_LOGGER_NAME);

  private final ListAppender<ILoggingEvent> log = new ListAppender<>();
  private final TestAuthority nodes = TestAuthority.create();
  private final TestAuthority agents = TestAuthority.create();
  private Path server;
  private Path own;
  private StubNode node;
  private AgentMain.@Nullable Running agent;

  @BeforeEach
  void begin() throws Exception {
    number++;
    log.start();
    ROOT.addAppender(log);
    server = agents.known(nodes.node(folders.resolve("server-" + number)));
    own = folders.resolve("own-" + number);
    node = new StubNode(KIT, 6_000, server);
  }

  @AfterEach
  void close() throws Exception {
    ROOT.detachAppender(log);
    StubNode.end(agent);
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void agentWhoseCertificateNamesItsNodeIsLetIn() throws Exception {
    agents.agent(own, nodes, Instant.now(), DAY, "rack-*");
    start();
    assertThat(node.await(HostReport.Hello.class).node()).isEqualTo(NODE);
  }

  @Test
  void certificateForAnotherNodeIsRefusedWithBothNames() {
    agents.agent(own, nodes, Instant.now(), DAY, "rack-2", "rack-10");
    refused();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(
            line ->
                line.startsWith("door lost")
                    && line.contains(
                        "its certificate does not name node rack-1, but rack-2, rack-10"));
  }

  @Test
  void certificateOfTheNodesAuthorityIsNoAgents() {
    nodes.node(own);
    refused();
  }

  @Test
  void certificateOfAForeignAuthorityIsRefused() {
    TestAuthority.create().agent(own, nodes, Instant.now(), DAY, "rack-1");
    refused();
  }

  @Test
  void expiredCertificateIsRefusedBeforeAnythingStarts() {
    agents.agent(own, nodes, Instant.now().minus(DAY.multipliedBy(3)), DAY, "rack-1");
    assertThatThrownBy(this::start)
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("tls.crt is not valid now");
  }

  @Test
  void doorOfAnotherAuthorityIsNotBelieved() {
    agents.agent(own, TestAuthority.create(), Instant.now(), DAY, "rack-1");
    refused();
  }

  @Test
  void certificatesAreReplacedWithoutATaskDropped() throws Exception {
    agents.agent(own, nodes, Instant.now(), Duration.ofSeconds(6), "rack-1");
    start();
    node.await(HostReport.Hello.class);
    node.order(StubNode.task(NODE, "sleep", "60"));
    node.await(HostReport.TaskStarted.class);
    nodes.node(server);
    agents.agent(own, nodes, Instant.now(), DAY, "rack-1");
    // the first one runs out, its session ends, and the agent is back with the second one
    HostReport.Hello again = node.await(HostReport.Hello.class);
    assertThat(again.tasks()).containsExactly(new HostReport.Task(1, true));
  }

  /** The door's nodes never hear of the agent, which goes on asking. */
  private void refused() {
    try {
      start();
    } catch (Exception failure) {
      throw new AssertionError(failure);
    }
    assertThat(node.hearsNothing(Duration.ofSeconds(3))).isTrue();
    assertThat(log.list)
        .extracting(ILoggingEvent::getFormattedMessage)
        .anyMatch(line -> line.startsWith("door lost"));
  }

  private void start() throws Exception {
    agent = node.agent(NODE, folders.resolve("state-" + number), "--certificates", own.toString());
  }
}
