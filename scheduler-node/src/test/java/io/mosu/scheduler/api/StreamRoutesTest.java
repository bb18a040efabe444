// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.util.List;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class StreamRoutesTest {
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
    server.want("acme", 1, 1, 0);
    server.entities.tenants = (tenant, query) -> new JobAnswer(job(), 1, false);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void whatMayBeOpenedWantsAWebSocket() {
    assertThat(server.get("/v1/jobs/acme-1/exec").status()).isEqualTo(426);
    assertThat(server.get("/v1/jobs/acme-1/tunnel?port=8888").status()).isEqualTo(426);
  }

  @Test
  void whatMayNotIsRefusedWithItsReason() {
    assertRefused(403, "PORT_NOT_DECLARED", "/v1/jobs/acme-1/tunnel?port=22");
    assertRefused(409, "NO_TERMINAL", "/v1/jobs/acme-1/attach");
    assertRefused(400, "INVALID_SPEC", "/v1/jobs/acme-1/exec?task=3");
    assertRefused(400, "INVALID_SPEC", "/v1/jobs/acme-1/tunnel");
    assertRefused(404, "UNKNOWN_JOB", "/v1/jobs/nobody-1/exec");
  }

  @Test
  void pageOfAnotherSiteIsRefused() {
    ApiServer.Answer answer =
        server.send(
            server.request("/v1/jobs/acme-1/exec").header("Origin", "https://evil.invalid").GET());
    assertThat(answer.status()).isEqualTo(403);
    assertThat(answer.json().path("reason").asText()).isEqualTo("FOREIGN_ORIGIN");
    ApiServer.Answer own =
        server.send(
            server
                .request("/v1/jobs/acme-1/exec")
                .header("Origin", "http://127.0.0.1:" + server.port)
                .GET());
    assertThat(own.status()).isEqualTo(426);
  }

  @Test
  void refusalOfTheNodeReachesTheClient() throws Exception {
    server.entities.streams =
        (open, client) -> {
          StreamOpen.Command command = (StreamOpen.Command) open.target();
          client.tell(new Refused(Refusal.UNREACHABLE, "asked for " + command.argv().get(0)));
        };
    assertThat(said("{\"command\":[\"nvidia-smi\"]}")).contains("asked for nvidia-smi");
    assertThat(said("{\"command\":[]}")).contains("must name a program");
    assertThat(said("{\"comand\":[\"x\"]}")).contains("unknown field");
    assertThat(said("no json")).contains("not readable as JSON");
  }

  private static void assertRefused(int status, String reason, String path) {
    ApiServer.Answer answer = server.get(path);
    assertThat(answer.status()).as(path).isEqualTo(status);
    assertThat(answer.json().path("reason").asText()).isEqualTo(reason);
  }

  /** The first text that a client hears. */
  private static String said(String first) throws Exception {
    BlockingQueue<String> heard = new LinkedBlockingQueue<>();
    WebSocket socket =
        HttpClient.newHttpClient()
            .newWebSocketBuilder()
            .buildAsync(
                URI.create("ws://127.0.0.1:" + server.port + "/v1/jobs/acme-1/exec"),
                new WebSocket.Listener() {
                  @Override
                  public @Nullable CompletionStage<?> onText(
                      WebSocket from, CharSequence text, boolean last) {
                    heard.add(text.toString());
                    from.request(1);
                    return null;
                  }
                })
            .get(10, TimeUnit.SECONDS);
    var unused = socket.sendText(first, true);
    return String.valueOf(heard.poll(10, TimeUnit.SECONDS));
  }

  private static Job job() {
    Placement placement =
        new Placement(
            new NegotiationId("acme-1/1.1"),
            List.of(
                new Placement.Part(
                    0,
                    new NodeId("n-1"),
                    7,
                    new Grant(List.of(), 0, 0, 0),
                    "10.0.0.1",
                    Optional.empty())),
            ApiServer.AT_MS);
    return new Job(
        new JobId(new TenantId("acme"), 1),
        new JobSpec(
            "notebook",
            "default",
            1,
            new Shape(0, 0, new TreeSet<>(), 1_000, 512),
            0,
            0,
            new TaskSpec(List.of("jupyter"), new TreeMap<>(), List.of(8888), false)),
        "",
        ApiServer.AT_MS,
        JobState.PLACED,
        0,
        0,
        0,
        false,
        Optional.of(placement),
        Optional.empty(),
        0,
        0);
  }
}
