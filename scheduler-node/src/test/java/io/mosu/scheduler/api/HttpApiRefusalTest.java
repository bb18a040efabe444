// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whatever is wrong, the answer is a problem that says what and what to do. */
class HttpApiRefusalTest {
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
    server.offer("n-1", "aurora", true, 1000, 0);
    server.want("acme", 3, 2, 10);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  static Stream<Arguments> badSpecs() {
    String k10 = "x".repeat(10_000);
    return Stream.of(
        Arguments.of("command: [x]\n\ngpuz: 1", "gpuz", 3, "unknown field; did you mean gpus?"),
        Arguments.of("command: [x]\ngpus: -1", "gpus", 2, "from 0 to 64"),
        Arguments.of("command: [x]\nname: " + k10, "name", 2, "1 to 63"),
        Arguments.of("command: [x]\ntenant: ../etc", "tenant", 2, "1 to 63"),
        Arguments.of("{\"command\": [\"x\"], \"gpus\": ", "", 1, "not readable"),
        Arguments.of("", "", 1, "the spec is empty"),
        Arguments.of("command: [x]\nenv: {LD_PRELOAD: y}", "env.LD_PRELOAD", 2, "reserved"));
  }

  @ParameterizedTest
  @MethodSource("badSpecs")
  void badSpecsAreNamedByFieldAndLine(String spec, String field, int line, String message) {
    ApiServer.Answer answer = server.submit(spec);
    JsonNode problem = problem(answer, 400, "INVALID_SPEC");
    JsonNode error = problem.get("errors").get(0);
    assertThat(error.get("field").asText()).isEqualTo(field);
    assertThat(error.get("line").asInt()).isEqualTo(line);
    assertThat(error.get("message").asText()).contains(message);
  }

  static Stream<Arguments> badRequests() {
    byte[] mib5 = "x".repeat(5 << 20).getBytes(StandardCharsets.UTF_8);
    return Stream.of(
        bad(post("/v1/jobs", BodyPublishers.ofByteArray(mib5)), 413, "BODY_TOO_LARGE", "1048576"),
        bad(
            post("/v1/jobs", BodyPublishers.fromPublisher(BodyPublishers.ofByteArray(mib5))),
            413,
            "BODY_TOO_LARGE",
            "1048576"),
        bad(
            server
                .request("/v1/jobs")
                .header("Content-Type", "application/x-www-form-urlencoded")
                .POST(BodyPublishers.ofString("command: [x]")),
            415,
            "INVALID_SPEC",
            "Content-Type"),
        bad(
            post("/v1/jobs", BodyPublishers.ofString("command: [x]"))
                .header("Idempotency-Key", "k".repeat(129)),
            400,
            "INVALID_SPEC",
            "at most 128"),
        bad(get("/v1/jobs/nope"), 404, "UNKNOWN_JOB", "nope"),
        bad(get("/v1/jobs/acme-0"), 404, "UNKNOWN_JOB", "acme-0"),
        bad(get("/v1/jobs/ACME-1"), 404, "UNKNOWN_JOB", "ACME-1"),
        bad(get("/v1/jobs/acme-1"), 404, "UNKNOWN_JOB", "no such job"),
        bad(get("/v1/jobs/" + "a".repeat(1500)), 404, "UNKNOWN_JOB", "aaa..."),
        bad(get("/v1/jobs/acme-1/why"), 404, "UNKNOWN_JOB", "no such job"),
        bad(get("/v1/jobs/acme-1/logs"), 404, "UNKNOWN_JOB", "no such job"),
        bad(post("/v1/jobs/acme-1:cancel", BodyPublishers.noBody()), 404, "UNKNOWN_JOB", "no"),
        bad(post("/v1/jobs/acme-1:stop", BodyPublishers.noBody()), 404, "INVALID_SPEC", "served"),
        bad(get("/v1/jobs/acme-1:cancel"), 405, "INVALID_SPEC", "GET"),
        bad(get("/v1/jobs/acme-1?waitMs=25001"), 400, "INVALID_SPEC", "from 0 to 25000"),
        bad(get("/v1/jobs/acme-1?waitMs=-1"), 400, "INVALID_SPEC", "from 0 to 25000"),
        bad(get("/v1/jobs/acme-1?waitMs=1&waitMs=2"), 400, "INVALID_SPEC", "twice"),
        bad(get("/v1/jobs/acme-1?wait=1"), 400, "INVALID_SPEC", "allowed: waitMs"),
        bad(get("/v1/jobs?tenant=nobody"), 404, "UNKNOWN_TENANT", "nobody"),
        bad(get("/v1/jobs?state=DONE"), 400, "INVALID_SPEC", "allowed: QUEUED"),
        bad(get("/v1/jobs?pageSize=0"), 400, "INVALID_SPEC", "from 1 to 1000"),
        bad(get("/v1/jobs?pageSize=NaN"), 400, "INVALID_SPEC", "from 1 to 1000"),
        bad(get("/v1/jobs?pageToken=%21%21"), 400, "INVALID_SPEC", "nextPageToken"),
        bad(get("/v1/jobs/acme-1/logs?follow=maybe"), 400, "INVALID_SPEC", "true or false"),
        bad(get("/v1/jobs/acme-1/logs?task=x"), 400, "INVALID_SPEC", "whole number"),
        bad(get("/v1/nodes/n-9"), 404, "UNKNOWN_NODE", "n-9"),
        bad(get("/v1/nodes/n-1"), 504, "NO_ANSWER", "did not answer"),
        bad(get("/v1/tenants/nobody"), 404, "UNKNOWN_TENANT", "nobody"),
        bad(get("/v1/tenants/acme:quota"), 405, "INVALID_SPEC", "GET"),
        bad(quota("guaranteed=-1"), 400, "INVALID_SPEC", "guaranteed"),
        bad(quota("guaranteed=9&limit=8"), 400, "INVALID_SPEC", "from 0 to 8"),
        bad(quota("weight=0"), 400, "INVALID_SPEC", "from 1 to 1000"),
        bad(quota("share=1"), 400, "INVALID_SPEC", "allowed: guaranteed"),
        bad(get("/v1/nope"), 404, "INVALID_SPEC", "/v1/nope"),
        bad(get("/"), 404, "INVALID_SPEC", "nothing is served"),
        bad(get("/wall/../../etc/passwd"), 404, "INVALID_SPEC", ""),
        bad(get("/wall/nope.js"), 404, "INVALID_SPEC", "nope.js"),
        bad(server.request("/v1/nodes").DELETE(), 405, "INVALID_SPEC", "DELETE"));
  }

  private static HttpRequest.Builder quota(String query) {
    return post("/v1/tenants/acme:quota?" + query, BodyPublishers.noBody());
  }

  @ParameterizedTest
  @MethodSource("badRequests")
  void badRequestsAreNamed(HttpRequest.Builder request, int status, String reason, String detail) {
    JsonNode problem = problem(server.send(request), status, reason);
    assertThat(problem.get("detail").asText()).contains(detail);
  }

  @ParameterizedTest
  @EnumSource(
      value = Refusal.class,
      names = {
        "IMPOSSIBLE",
        "QUEUE_FULL",
        "UNKNOWN_JOB",
        "STORE_UNAVAILABLE",
        "OUTCOME_UNKNOWN",
        "NOT_READY",
        "INTERNAL"
      })
  void refusalsOfTheOwnerAreHandedOn(Refusal reason) {
    ApiServer.Answer answer = submitAnswered(new Refused(reason, "the owner's detail"));
    JsonNode problem = problem(answer, Problem.status(reason), reason.name());
    assertThat(problem.get("detail").asText()).isEqualTo("the owner's detail");
    assertThat(problem.get("advice").asText()).isEqualTo(reason.advice());
    assertThat(answer.header("Retry-After")).isEqualTo(answer.status() == 503 ? "1" : "");
  }

  @Test
  void silenceAfterASubmissionLeavesItsOutcomeUnknown() {
    problem(submitAnswered(StubEntities.SILENCE), 503, "OUTCOME_UNKNOWN");
  }

  @Test
  void anUnexpectedFailureIsToldWithoutItsTrace() {
    ApiServer.Answer answer = submitAnswered(new Wire() {});
    problem(answer, 500, "INTERNAL");
    assertThat(answer.http().body()).doesNotContain("Exception").doesNotContain("io.mosu.sched");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "NOT HTTP AT ALL\r\n\r\n",
        "GET /v1/jobs?x=%zz HTTP/1.1\r\nHost: x\r\n\r\n",
        "GET /v1/jobs HTTP/1.1\r\nHost: x\r\nContent-Length: -1\r\n\r\n",
        "POST /v1/jobs HTTP/9.9\r\n\r\n"
      })
  void whatIsNoHttpIsAProblemToo(String noise) throws IOException {
    try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), server.port)) {
      socket.setSoTimeout(10_000);
      socket.getOutputStream().write(noise.getBytes(StandardCharsets.US_ASCII));
      byte[] start = new byte[2_000];
      int length = socket.getInputStream().read(start);
      assertThat(new String(start, 0, length, StandardCharsets.UTF_8))
          .matches("(?s)HTTP/1.1 [45].*")
          .contains("application/problem+json");
    }
  }

  @Test
  void anAddressThatIsTooLongIsAProblem() {
    problem(server.send(get("/v1/jobs/" + "a".repeat(9_000))), 414, "INVALID_SPEC");
  }

  private static ApiServer.Answer submitAnswered(Wire answer) {
    var before = server.entities.tenants;
    server.entities.tenants = (tenant, query) -> answer;
    try {
      return server.submit("command: [x]");
    } finally {
      server.entities.tenants = before;
    }
  }

  private static JsonNode problem(ApiServer.Answer answer, int status, String reason) {
    assertThat(answer.status()).as(answer.http().body()).isEqualTo(status);
    assertThat(answer.header("Content-Type")).startsWith("application/problem+json");
    JsonNode problem = answer.json();
    assertThat(problem.get("reason").asText()).isEqualTo(reason);
    assertThat(problem.get("status").asInt()).isEqualTo(status);
    assertThat(problem.get("type").asText()).startsWith("https://mosu.invalid/problems/");
    List<String> names = new ArrayList<>();
    problem.fieldNames().forEachRemaining(names::add);
    assertThat(names)
        .containsExactly("type", "title", "status", "reason", "detail", "advice", "errors");
    assertThat(problem.get("detail").asText())
        .isNotBlank()
        .doesNotContain("\n")
        .hasSizeLessThan(900);
    assertThat(problem.get("advice").asText()).isNotBlank();
    return problem;
  }

  private static Arguments bad(
      HttpRequest.Builder request, int status, String reason, String detail) {
    return Arguments.of(request, status, reason, detail);
  }

  private static HttpRequest.Builder get(String path) {
    return server.request(path).GET();
  }

  private static HttpRequest.Builder post(String path, HttpRequest.BodyPublisher body) {
    return server.request(path).header("Content-Type", "application/yaml").POST(body);
  }
}
