// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.bench.SchedulerApi;
import io.mosu.cli.MosuCommandLine;
import io.mosu.cli.Session;
import io.mosu.testing.ForkedServer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.MethodOrderer;
import org.junit.jupiter.api.Order;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestMethodOrder;

/** The client's verbs that lead into running tasks, through scheduler nodes and an agent. */
@TestMethodOrder(MethodOrderer.OrderAnnotation.class)
class InteractiveIT {

  private static final int BIG = 50 << 20;

  private static final LiveCluster CLUSTER =
      new LiveCluster().agent("interactive", 2, "--simulate", "4xH100", "--processes");

  /** One call of the client. */
  private static final class Call {
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final CompletableFuture<Integer> exit;

    Call(List<ForkedServer> servers, InputStream in, String... words) {
      String addresses =
          servers.stream()
              .map(server -> "127.0.0.1:" + server.ports().http())
              .collect(Collectors.joining(","));
      Session session =
          new Session(
              new PrintStream(out, true, StandardCharsets.UTF_8),
              new PrintStream(err, true, StandardCharsets.UTF_8),
              in,
              Map.of("MOSU_ADDR", addresses, "MOSU_TENANT", "acme"),
              Clock.systemUTC());
      exit = CompletableFuture.supplyAsync(() -> MosuCommandLine.execute(words, session));
    }

    int exit() throws Exception {
      return exit.get(90, TimeUnit.SECONDS);
    }

    String out() {
      return out.toString(StandardCharsets.UTF_8);
    }

    String err() {
      return err.toString(StandardCharsets.UTF_8);
    }
  }

  @AfterAll
  static void close() {
    CLUSTER.close();
  }

  @Test
  @Order(1)
  void execHandsOnInputOutputAndExitCode() throws Exception {
    String job = running(List.of(), "exec sleep 600");
    Call call =
        mosu(
            "typed\n", "exec", job, "--", "sh", "-c", "echo $MOSU_JOB_ID; cat; echo e >&2; exit 7");
    assertThat(call.exit()).as(call.err()).isEqualTo(7);
    assertThat(call.out()).isEqualTo(job + "\ntyped\n");
    assertThat(call.err()).isEqualTo("e\n");
    Call terminal = mosu("", "exec", "--tty", job, "--", "sh", "-c", "test -t 0 && echo is one");
    assertThat(terminal.exit()).as(terminal.err()).isZero();
    assertThat(terminal.out()).contains("is one");
  }

  @Test
  @Order(2)
  void tunnelCarriesMuchWhileLeasesLive() throws Exception {
    int port = freePort();
    String job =
        running(
            List.of(port),
            "head -c "
                + BIG
                + " /dev/zero >big; exec python3 -m http.server --bind 127.0.0.1 "
                + port);
    Call tunnel = mosu("", "tunnel", job, "0:" + port);
    Matcher where = Pattern.compile("127\\.0\\.0\\.1:([0-9]+) leads").matcher("");
    LiveCluster.await("the tunnel", () -> where.reset(tunnel.out()).find(), tunnel::err);
    URI big = URI.create("http://127.0.0.1:" + where.group(1) + "/big");
    LiveCluster.await("the task's server", () -> bytes(big) == BIG, tunnel::err);
    JsonNode view = CLUSTER.get("/v1/jobs/" + job);
    assertThat(view.path("state").asText()).as(view.toString()).isEqualTo("RUNNING");
    assertThat(view.path("attempt").asInt()).isEqualTo(1);
    Call other = mosu("", "tunnel", job, "0:" + (port == 1 ? 2 : port - 1));
    assertThat(other.exit()).isEqualTo(3);
    assertThat(other.err()).contains("has not declared port");
    assertThat(mosu("", "cancel", job).exit()).isZero();
    assertThat(tunnel.exit()).as(tunnel.err()).isZero();
  }

  @Test
  @Order(3)
  void whatDoesNotRunIsRefused() throws Exception {
    Call unknown = mosu("", "exec", "acme-4711", "--", "true");
    assertThat(unknown.exit()).isEqualTo(4);
    String job = running(List.of(), "exec sleep 600");
    Call noTask = mosu("", "exec", job + "/3", "--", "true");
    assertThat(noTask.exit()).as(noTask.err()).isEqualTo(64);
    assertThat(mosu("", "cancel", job).exit()).isZero();
    assertThat(mosu("", "wait", job).exit()).isEqualTo(130);
    Call ended = mosu("", "exec", job, "--", "true");
    assertThat(ended.exit()).isEqualTo(4);
    assertThat(ended.err()).contains(job + " has ended");
  }

  @Test
  @Order(4)
  void jobOnATerminalEndsWithItsShell() throws Exception {
    Call call = mosu("echo $((40 + 2)) answers\nexit 4\n", "run", "--pty", "--", "sh");
    assertThat(call.exit()).as(call.err()).isEqualTo(4);
    assertThat(call.out()).contains("42 answers");
  }

  @Test
  @Order(5)
  void lostSchedulerNodeEndsTheStreamAndNotTheTask() throws Exception {
    String job = running(List.of(), "exec sleep 600");
    ForkedServer lost = CLUSTER.servers().get(2);
    Call call =
        new Call(
            List.of(lost),
            InputStream.nullInputStream(),
            "exec",
            job,
            "--",
            "sh",
            "-c",
            "echo up; sleep 500");
    LiveCluster.await("the command", () -> call.out().contains("up"), call::err);
    lost.kill9();
    assertThat(call.exit()).isEqualTo(5);
    assertThat(call.err()).contains("the task goes on");
    LiveCluster.await(
        "the task by another scheduler node",
        () -> {
          Call again =
              new Call(
                  CLUSTER.servers().subList(0, 2),
                  InputStream.nullInputStream(),
                  "exec",
                  job,
                  "--",
                  "true");
          return again.exit.join() == 0;
        },
        () -> CLUSTER.get("/v1/jobs/" + job));
    assertThat(CLUSTER.get("/v1/jobs/" + job).path("attempt").asInt()).isEqualTo(1);
  }

  private static Call mosu(String input, String... words) {
    return new Call(
        CLUSTER.servers(), new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)), words);
  }

  /** The id of a job that runs. */
  private static String running(List<Integer> ports, String script) {
    String spec =
        "{\"tenant\":\"acme\",\"ports\":"
            + ports
            + ",\"command\":[\"sh\",\"-c\",\""
            + script
            + "\"]}";
    SchedulerApi.Answer submitted =
        CLUSTER.api().submit(spec, UUID.randomUUID().toString(), 0, Duration.ofSeconds(30)).join();
    assertThat(submitted.status()).as(submitted.toString()).isEqualTo(201);
    String id = submitted.body().path("id").asText();
    LiveCluster.await(
        id + " to run",
        () -> CLUSTER.get("/v1/jobs/" + id).path("state").asText().equals("RUNNING"),
        () -> CLUSTER.get("/v1/jobs/" + id));
    return id;
  }

  private static long bytes(URI uri) {
    try {
      return HttpClient.newHttpClient()
          .send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofByteArray())
          .body()
          .length;
    } catch (Exception notYet) {
      return -1;
    }
  }

  private static int freePort() throws Exception {
    try (ServerSocket free = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return free.getLocalPort();
    }
  }
}
