// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import com.typesafe.config.ConfigFactory;
import io.mosu.pki.TlsFolder;
import io.mosu.scheduler.door.AgentDoor;
import io.mosu.scheduler.door.Enrolment;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.wire.AgentFrames;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.http.javadsl.ConnectionContext;
import org.apache.pekko.http.javadsl.Http;
import org.apache.pekko.http.javadsl.ServerBinding;
import org.apache.pekko.http.javadsl.ServerBuilder;
import org.apache.pekko.http.javadsl.server.Directives;
import org.apache.pekko.http.javadsl.server.Route;
import org.apache.pekko.http.javadsl.settings.ServerSettings;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;

/** A door behind which one node welcomes and renews, and does else what a test tells it. */
final class StubNode {
  private final ActorTestKit kit;
  private final TestProbe<HostReport> reports;
  private final long ttlMs;
  private final boolean tls;
  private final ServerBinding binding;
  private volatile boolean answers = true;
  private volatile @Nullable ActorRef<Wire> session;

  StubNode(ActorTestKit kit, long ttlMs) throws Exception {
    this(kit, ttlMs, null);
  }

  /** Under TLS if there are certificates. */
  StubNode(ActorTestKit kit, long ttlMs, @Nullable Path certificates) throws Exception {
    this(kit, ttlMs, certificates, null);
  }

  /** As above; agents may join and renew where there is an {@code enrolment}. */
  StubNode(ActorTestKit kit, long ttlMs, @Nullable Path certificates, @Nullable Enrolment enrolment)
      throws Exception {
    this.kit = kit;
    this.tls = certificates != null;
    this.ttlMs = ttlMs;
    this.reports = kit.createTestProbe(HostReport.class);
    ServerSettings settings =
        ServerSettings.create(
            ConfigFactory.parseString("pekko.http.server.parsing.tls-session-info-header = on")
                .withFallback(kit.system().settings().config()));
    ServerBuilder server =
        Http.get(kit.system()).newServerAt("127.0.0.1", 0).withSettings(settings);
    if (certificates != null) {
      TlsFolder folder = new TlsFolder(certificates, TlsFolder.AGENTS_AUTHORITY);
      server = server.enableHttps(ConnectionContext.httpsServer(folder::serverEngine));
    }
    Route door = AgentDoor.route(kit.system(), this::receive, AgentFrames.BYTES_MAX, tls);
    this.binding =
        server
            .bind(
                enrolment == null
                    ? door
                    : Directives.concat(enrolment.route(kit.system(), "/agents"), door))
            .toCompletableFuture()
            .get(10, TimeUnit.SECONDS);
  }

  String url() {
    return (tls ? "https" : "http") + "://127.0.0.1:" + binding.localAddress().getPort();
  }

  /** A real agent of eight simulated devices before this door. */
  AgentMain.Running agent(NodeId node, Path state, String... more) throws Exception {
    List<String> args =
        List.of(
            "--door", url(), "--name", node.value(), "--simulate", "8xH100", "--state", "" + state);
    boolean root = Integer.valueOf(0).equals(Files.getAttribute(Path.of("/proc/self"), "unix:uid"));
    List<String> asRoot = root ? List.of("--run-as", "root") : List.of();
    AgentOptions options = new AgentOptions();
    new CommandLine(options)
        .parseArgs(
            Stream.of(args, asRoot, List.of(more)).flatMap(List::stream).toArray(String[]::new));
    return AgentMain.start(options);
  }

  static void end(AgentMain.@Nullable Running agent) throws Exception {
    if (agent != null) {
      agent.system().terminate();
      agent.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
    }
  }

  /** The task of token 1 on device 0. */
  static HostOrder.StartTask task(NodeId node, String... command) {
    return new HostOrder.StartTask(
        node,
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

  void close() throws Exception {
    binding.terminate(Duration.ofMillis(100)).toCompletableFuture().get(10, TimeUnit.SECONDS);
  }

  /** From now on, renewals go unanswered. */
  void fallSilent() {
    answers = false;
  }

  void order(HostOrder order) {
    Objects.requireNonNull(session, "no agent yet").tell(order);
  }

  /** The next report that is no renewal. */
  HostReport report() {
    while (true) {
      HostReport report = reports.receiveMessage(Duration.ofSeconds(20));
      if (!(report instanceof HostReport.Renewal)) {
        return report;
      }
    }
  }

  /** The next report of that kind, whatever comes before. */
  <T extends HostReport> T await(Class<T> kind) {
    while (true) {
      HostReport report = reports.receiveMessage(Duration.ofSeconds(20));
      if (kind.isInstance(report)) {
        return kind.cast(report);
      }
    }
  }

  /** Whether no agent says anything for so long. */
  boolean hearsNothing(Duration time) {
    reports.expectNoMessage(time);
    return true;
  }

  /** All of a task's log, to its end. */
  String log(NodeId node, long token) {
    StringBuilder text = new StringBuilder();
    LogRead.Piece piece;
    do {
      TestProbe<Wire> reader = kit.createTestProbe(Wire.class);
      Objects.requireNonNull(session, "no agent yet")
          .tell(
              new NodeEntity.ReadLog(
                  new LogRead(node, token, text.length(), LogRead.BYTES_MAX, 20_000),
                  reader.ref()));
      piece = (LogRead.Piece) reader.receiveMessage(Duration.ofSeconds(20));
      text.append(new String(piece.bytes(), StandardCharsets.US_ASCII));
    } while (piece.known() && !piece.ended());
    return text.toString();
  }

  /** Opens a stream of the agent's. */
  StubStream stream(StreamOpen open) {
    return new StubStream(kit, Objects.requireNonNull(session, "no agent yet"), open);
  }

  private void receive(NodeId node, Wire message) {
    NodeEntity.FromAgent from = (NodeEntity.FromAgent) message;
    session = from.session();
    if (from.report() instanceof HostReport.Hello hello && answers) {
      from.session().tell(new HostOrder.Welcome(node, 1, hello.sentTickMs(), ttlMs, ttlMs / 6));
    } else if (from.report() instanceof HostReport.Renewal renewal && answers) {
      from.session().tell(new HostOrder.Renewed(node, 1, renewal.sentTickMs()));
    }
    reports.ref().tell(from.report());
  }
}
