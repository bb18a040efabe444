// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import picocli.CommandLine;

/** An agent and a door over a real connection, with real processes. */
class AgentIT {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final NodeId NODE = new NodeId("host-1");
  private static final long TTL_MS = 30_000;

  @TempDir static Path states;

  private static int number;

  private StubNode node;
  private Path state;
  private AgentMain.@Nullable Running agent;

  @BeforeEach
  void begin() throws Exception {
    node = new StubNode(KIT, TTL_MS);
    state = states.resolve("state-" + ++number);
  }

  @AfterEach
  void close() throws Exception {
    stopAgent();
    node.close();
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void taskRunsInItsEnvironmentAndItsExitCodeIsReported() throws Exception {
    startAgent(node.url());
    HostReport.Hello hello = node.await(HostReport.Hello.class);
    assertThat(hello.inventory().devices()).hasSize(8);
    node.order(
        start(
            3,
            "sh",
            "-c",
            "echo $CUDA_VISIBLE_DEVICES $RANK/$WORLD_SIZE $MASTER_ADDR:$MASTER_PORT $GREETING"
                + " $MOSU_JOB_ID $MOSU_LEASE_TOKEN; exit 7"));
    HostReport.TaskStarted started = (HostReport.TaskStarted) node.report();
    assertThat(started.token()).isEqualTo(3);
    HostReport.TaskExited exited = (HostReport.TaskExited) node.report();
    assertThat(exited.exit()).isEqualTo(new Exit(Exit.Kind.EXITED, 7));
    assertThat(exited.life()).isEqualTo(started.life());
    assertThat(node.log(NODE, 3)).isEqualTo("0,2 1/2 10.0.0.1:20001 hi acme-5 3\n");
  }

  @Test
  void logIsFollowedWhileTheTaskRuns() throws Exception {
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    node.order(start(3, "sh", "-c", "for i in 1 2 3; do echo $i; sleep 0.2; done"));
    assertThat(node.log(NODE, 3)).isEqualTo("1\n2\n3\n");
  }

  @Test
  void commandThatIsNotThereEndsWith127() throws Exception {
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    node.order(start(3, "no-such-program"));
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.EXITED, 127));
    assertThat(node.log(NODE, 3)).contains("no-such-program");
  }

  @Test
  void stoppedTaskLeavesNoProcessBehind() throws Exception {
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    String mark = "86" + ProcessHandle.current().pid();
    node.order(
        start(
            3, "sh", "-c", "setsid sh -c 'sleep %s & exit' & echo up; sleep %1$s".formatted(mark)));
    node.await(HostReport.TaskStarted.class);
    node.order(new HostOrder.StopTask(NODE, 1, 3));
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.STOPPED, 143));
    assertThat(processes("sleep " + mark)).isZero();
  }

  @Test
  void restartedAgentFindsItsTaskAndReportsItsExitCode() throws Exception {
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    Path go = state.resolve("go");
    node.order(
        start(
            3,
            "sh",
            "-c",
            "until [ -e " + go.toAbsolutePath() + " ]; do sleep 0.05; done; exit 9"));
    node.await(HostReport.TaskStarted.class);
    stopAgent();
    startAgent(node.url());
    HostReport.Hello hello = node.await(HostReport.Hello.class);
    assertThat(hello.incarnation()).isEqualTo(2);
    assertThat(hello.tasks()).containsExactly(new HostReport.Task(3, true));
    assertThat(go.toFile().createNewFile()).isTrue();
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.EXITED, 9));
  }

  @Test
  void exitWhileTheAgentWasAwayIsReported() throws Exception {
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    Path go = state.resolve("go");
    node.order(
        start(
            3,
            "sh",
            "-c",
            "until [ -e " + go.toAbsolutePath() + " ]; do sleep 0.05; done; exit 9"));
    node.await(HostReport.TaskStarted.class);
    stopAgent();
    assertThat(go.toFile().createNewFile()).isTrue();
    startAgent(node.url());
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.EXITED, 9));
    node.order(start(3, "true"));
    assertThat(node.await(HostReport.TaskExited.class).exit())
        .isEqualTo(new Exit(Exit.Kind.EXITED, 9));
  }

  @Test
  void unansweredRenewalsEndTheTask() throws Exception {
    node.close();
    node = new StubNode(KIT, 3_000);
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    node.order(start(3, "sleep", "600"));
    node.await(HostReport.TaskStarted.class);
    node.fallSilent();
    Exit exit = node.await(HostReport.TaskExited.class).exit();
    assertThat(exit.kind()).isEqualTo(Exit.Kind.FENCED);
    assertThat(exit.code()).as("asked, or killed where asking took longer").isIn(143, 137);
  }

  @Test
  void agentMovesToTheNextDoorAndKeepsItsTask() throws Exception {
    StubNode second = new StubNode(KIT, TTL_MS);
    startAgent(node.url());
    node.await(HostReport.Hello.class);
    stopAgent();
    startAgent("http://127.0.0.1:1," + second.url());
    assertThat(second.await(HostReport.Hello.class).incarnation()).isEqualTo(2);
    second.close();
  }

  private void startAgent(String doors) throws Exception {
    AgentOptions options = new AgentOptions();
    new CommandLine(options)
        .parseArgs(
            "--door",
            doors,
            "--name",
            "host-1",
            "--simulate",
            "8xH100",
            "--state",
            state.toString());
    agent = AgentMain.start(options);
  }

  private void stopAgent() throws Exception {
    AgentMain.Running running = agent;
    if (running != null) {
      running.system().terminate();
      running.ended().toCompletableFuture().get(20, TimeUnit.SECONDS);
      agent = null;
    }
  }

  private static HostOrder.StartTask start(long token, String... command) {
    return new HostOrder.StartTask(
        NODE,
        1,
        token,
        new JobId(new TenantId("acme"), 5),
        1,
        2,
        "10.0.0.1",
        20_001,
        new Grant(List.of(0, 2), 1_000, 1_000, 512),
        new TaskSpec(List.of(command), new TreeMap<>(Map.of("GREETING", "hi"))));
  }

  private static long processes(String commandLine) {
    return ProcessHandle.allProcesses()
        .filter(p -> p.info().commandLine().map(line -> line.contains(commandLine)).orElse(false))
        .count();
  }
}
