// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static io.mosu.cli.FakeSchedulerNode.json;
import static io.mosu.cli.FakeSchedulerNode.text;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The program as a process of its own, with the whole class path of a scheduler node. */
final class ClientProcessTest {
  private static final long END_S_MAX = 60;

  private final FakeSchedulerNode node = new FakeSchedulerNode();
  @TempDir Path directory;

  @AfterEach
  void stop() {
    node.close();
  }

  @Test
  void aClientVerbLoadsNeitherPekkoNorItsConfigurationNorAMapper() throws Exception {
    node.on("GET /v1/jobs?", json(200, "{\"jobs\":[],\"nextPageToken\":null}"));
    Path loaded = directory.resolve("loaded");
    Process process = start(List.of("-Xlog:class+load:file=" + loaded), "ps");
    assertThat(exitCode(process)).isZero();
    assertThat(Files.readAllLines(loaded))
        .anyMatch(line -> line.contains("io.mosu.cli.PsCommand"))
        .noneMatch(line -> line.contains("org.apache.pekko"))
        .noneMatch(line -> line.contains("com.typesafe"))
        .noneMatch(line -> line.contains("com.fasterxml.jackson.databind"))
        .noneMatch(line -> line.contains("scala."))
        .noneMatch(line -> line.contains("ch.qos.logback"));
  }

  @Test
  void anInterruptedRunCancelsItsJob() throws Exception {
    CountDownLatch following = new CountDownLatch(1);
    String view = "{\"id\":\"a-1\",\"state\":\"RUNNING\",\"nodes\":1}";
    node.on("POST /v1/jobs", json(201, view))
        .on("GET /v1/jobs/a-1", json(200, view))
        .on(
            "GET /v1/jobs/a-1/logs",
            exchange -> {
              following.countDown();
              text("").to(exchange);
            })
        .on("POST /v1/jobs/a-1:cancel", json(202, view));
    Process process = start(List.of(), "run", "--", "sleep", "1000");
    assertThat(following.await(END_S_MAX, TimeUnit.SECONDS)).isTrue();
    process.destroy();
    assertThat(exitCode(process)).isEqualTo(143);
    assertThat(node.requests()).contains("POST /v1/jobs/a-1:cancel");
    assertThat(Files.readString(directory.resolve("err")))
        .isEqualTo("submitted a-1\ncancelled a-1\n");
  }

  @Test
  void aVerbThatThisBuildLacksOrARefusalEndsTheProcessWithItsCode() throws Exception {
    assertThat(exitCode(start(List.of(), "fly"))).isEqualTo(64);
    assertThat(exitCode(start(List.of(), "why", "a-1"))).isEqualTo(4);
  }

  private Process start(List<String> flags, String... args) throws IOException {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(flags);
    command.addAll(List.of("-cp", System.getProperty("java.class.path"), "io.mosu.Mosu"));
    command.addAll(Arrays.asList(args));
    ProcessBuilder builder = new ProcessBuilder(command);
    builder.environment().put("MOSU_ADDR", node.address());
    builder.environment().remove("JAVA_TOOL_OPTIONS");
    builder.redirectOutput(directory.resolve("out").toFile());
    builder.redirectError(directory.resolve("err").toFile());
    return builder.start();
  }

  private static int exitCode(Process process) throws InterruptedException {
    assertThat(process.waitFor(END_S_MAX, TimeUnit.SECONDS)).isTrue();
    return process.exitValue();
  }
}
