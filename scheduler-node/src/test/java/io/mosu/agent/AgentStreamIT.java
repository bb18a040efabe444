// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamPart.End;
import io.mosu.scheduler.host.StreamPart.Signal;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** Streams into the processes of a real agent. */
class AgentStreamIT {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final NodeId NODE = new NodeId("host-1");

  @TempDir static Path states;

  private static int number;

  private StubNode node;
  private AgentMain.Running agent;

  @BeforeEach
  void begin() throws Exception {
    node = new StubNode(KIT, 30_000);
    AgentOptions options = new AgentOptions();
    new CommandLine(options)
        .parseArgs(
            "--door",
            node.url(),
            "--name",
            "host-1",
            "--simulate",
            "8xH100",
            "--state",
            states.resolve("state-" + ++number).toString());
    agent = AgentMain.start(options);
    node.await(HostReport.Hello.class);
  }

  @AfterEach
  void close() throws Exception {
    node.order(new HostOrder.StopTask(NODE, 1, 3));
    node.await(HostReport.TaskExited.class);
    agent.system().terminate();
    agent.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void commandRunsInTheTasksSurroundings() {
    start(false, List.of(), "sleep", "600");
    StubStream stream =
        exec(
            false,
            "sh",
            "-c",
            "echo $GREETING $MOSU_JOB_ID; basename $PWD; cat; echo bad >&2; exit 5");
    stream.type("typed\n");
    stream.end();
    assertThat(stream.closed()).isEqualTo(new StreamPart.Closed(End.EXITED, 5, ""));
    assertThat(stream.output()).isEqualTo("hi acme-5\nwork\ntyped\n");
    assertThat(stream.error()).isEqualTo("bad\n");
  }

  @Test
  void commandOnATerminalSeesItsSizeAndItsChange() {
    start(false, List.of(), "sleep", "600");
    StubStream stream = exec(true, "sh", "-c", "stty size; read go; stty size; exit 3");
    stream.until("33 99");
    stream.say(new StreamPart.Resize(50, 120));
    stream.type("\n");
    assertThat(stream.closed()).isEqualTo(new StreamPart.Closed(End.EXITED, 3, ""));
    assertThat(stream.output()).contains("50 120");
  }

  @Test
  void signalReachesTheCommandAndNotTheTask() {
    start(false, List.of(), "sleep", "600");
    StubStream stream = exec(false, "sh", "-c", "echo up; sleep 500");
    stream.until("up");
    stream.say(new Signal(Signal.Kind.INT));
    assertThat(stream.closed()).isEqualTo(new StreamPart.Closed(End.EXITED, 130, ""));
    StubStream second = exec(false, "echo", "still there");
    assertThat(second.closed().exitCode()).isZero();
  }

  @Test
  void muchOutputArrivesWhole() {
    start(false, List.of(), "sleep", "600");
    StubStream stream = exec(false, "sh", "-c", "head -c 3000000 /dev/zero | tr '\\0' x");
    assertThat(stream.closed()).isEqualTo(new StreamPart.Closed(End.EXITED, 0, ""));
    assertThat(stream.output()).hasSize(3_000_000);
  }

  @Test
  void commandOfAClientThatLeftIsEnded() throws Exception {
    start(false, List.of(), "sleep", "600");
    String mark = "87" + ProcessHandle.current().pid();
    StubStream stream = exec(false, "sh", "-c", "echo up; sleep " + mark);
    stream.until("up");
    stream.leave();
    awaitNone("sleep " + mark);
  }

  @Test
  void commandEndsWithItsTask() throws Exception {
    start(false, List.of(), "sleep", "600");
    String mark = "88" + ProcessHandle.current().pid();
    StubStream stream = exec(false, "setsid", "-w", "sh", "-c", "echo up; sleep " + mark);
    stream.until("up");
    node.order(new HostOrder.StopTask(NODE, 1, 3));
    node.await(HostReport.TaskExited.class);
    awaitNone("sleep " + mark);
    assertThat(stream.closed().end()).isEqualTo(End.EXITED);
    assertThat(stream(new StreamOpen.Command(List.of("true"), false, 0, 0)).first())
        .isInstanceOfSatisfying(
            StreamPart.Refused.class,
            refused -> assertThat(refused.reason()).isEqualTo(Refusal.NOT_RUNNING));
  }

  @Test
  void declaredPortIsReachedAndNoOther() throws Exception {
    try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      int port = server.getLocalPort();
      start(false, List.of(port, 1), "sleep", "600");
      StubStream stream = stream(new StreamOpen.Port(port)).opened();
      try (Socket far = server.accept()) {
        stream.type("question");
        stream.end();
        assertThat(far.getInputStream().readAllBytes()).asString().isEqualTo("question");
        far.getOutputStream().write("answer".getBytes(StandardCharsets.UTF_8));
      }
      assertThat(stream.closed().end()).isEqualTo(End.FINISHED);
      assertThat(stream.output()).isEqualTo("answer");
      assertRefused(Refusal.PORT_NOT_DECLARED, new StreamOpen.Port(port + 1));
      assertRefused(Refusal.PORT_CLOSED, new StreamOpen.Port(1));
      assertRefused(Refusal.NO_TERMINAL, new StreamOpen.Terminal(24, 80, 0));
    }
  }

  @Test
  void terminalOfATaskIsLeftAndTakenUpAgain() {
    start(true, List.of(), "sh", "-c", "echo ready; while read line; do eval \"$line\"; done");
    StubStream stream = terminal(0);
    stream.until("ready");
    stream.type("stty size\n");
    stream.until("40 132");
    stream.leave();
    StubStream again = terminal(0);
    again.until("40 132");
    again.type("echo seen $((40 + 2))\n");
    again.until("seen 42");
    again.type("exit 9\n");
    assertThat(again.closed().end()).isEqualTo(End.FINISHED);
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.EXITED, 9));
  }

  @Test
  void streamsOfOneTaskAreLimited() {
    start(false, List.of(), "sleep", "600");
    for (int i = 0; i < 8; i++) {
      exec(false, "sleep", "500");
    }
    assertRefused(Refusal.STREAM_LIMIT, new StreamOpen.Command(List.of("true"), false, 0, 0));
  }

  private StubStream terminal(long offset) {
    while (true) {
      StubStream stream = stream(new StreamOpen.Terminal(40, 132, offset));
      StreamPart first = stream.first();
      if (first instanceof StreamPart.Opened) {
        return stream;
      }
      assertThat(((StreamPart.Refused) first).reason()).isEqualTo(Refusal.NOT_RUNNING);
    }
  }

  private void assertRefused(Refusal reason, StreamOpen.Target target) {
    assertThat(((StreamPart.Refused) stream(target).first()).reason()).isEqualTo(reason);
  }

  private StubStream exec(boolean terminal, String... argv) {
    return stream(new StreamOpen.Command(List.of(argv), terminal, 33, 99)).opened();
  }

  private StubStream stream(StreamOpen.Target target) {
    return node.stream(new StreamOpen(NODE, 3, target));
  }

  private void start(boolean terminal, List<Integer> ports, String... command) {
    node.order(
        new HostOrder.StartTask(
            NODE,
            1,
            3,
            new JobId(new TenantId("acme"), 5),
            0,
            1,
            "10.0.0.1",
            20_001,
            new Grant(List.of(0), 1_000, 1_000, 512),
            new TaskSpec(
                List.of(command), new TreeMap<>(Map.of("GREETING", "hi")), ports, terminal)));
    node.await(HostReport.TaskStarted.class);
    StubStream ready;
    do { // its runner notes its pid a moment after its start
      ready = stream(new StreamOpen.Port(65_535));
    } while (((StreamPart.Refused) ready.first()).reason() == Refusal.NOT_RUNNING);
  }

  private static void awaitNone(String commandLine) throws Exception {
    for (ProcessHandle process : ProcessHandle.allProcesses().toList()) {
      if (process.info().commandLine().map(line -> line.contains(commandLine)).orElse(false)) {
        process.onExit().get(10, TimeUnit.SECONDS);
      }
    }
  }
}
