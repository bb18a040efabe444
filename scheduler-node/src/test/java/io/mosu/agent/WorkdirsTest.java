// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkdirsTest {
  private static final ActorTestKit KIT = ActorTestKit.create();
  private static final long CACHE_BYTES = 1_000;

  @TempDir Path cache;

  private final Map<String, byte[]> served = new ConcurrentHashMap<>();
  private final AtomicInteger requests = new AtomicInteger();
  private HttpServer server;

  @BeforeEach
  void serve() throws Exception {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext(
        "/v1/blobs/",
        exchange -> {
          requests.incrementAndGet();
          byte[] bytes = served.get(exchange.getRequestURI().getPath().substring(10));
          exchange.sendResponseHeaders(
              bytes == null ? 404 : 200, bytes == null ? -1 : bytes.length);
          if (bytes != null) {
            exchange.getResponseBody().write(bytes);
          }
          exchange.close();
        });
    server.start();
  }

  @AfterEach
  void stop() {
    server.stop(0);
  }

  @AfterAll
  static void shutDown() {
    KIT.shutdownTestKit();
  }

  @Test
  void archiveIsFetchedFromTheNextDoorWhereOneIsAwayAndKept() throws Exception {
    String digest = serve("hello");
    Workdirs workdirs = workdirs("ws://127.0.0.1:1/agents", door());
    assertThat(fetch(workdirs, digest)).hasContent("hello");
    assertThat(fetch(workdirs, digest)).hasContent("hello");
    assertThat(requests).hasValue(1);
  }

  @Test
  void damagedCopyIsFetchedAnew() throws Exception {
    String digest = serve("hello");
    Files.writeString(cache.resolve(digest), "hellO");
    assertThat(fetch(workdirs(door()), digest)).hasContent("hello");
  }

  @Test
  void whatNobodyHasOrIsDamagedIsMissing() throws Exception {
    assertThatThrownBy(() -> fetch(workdirs(door(), "ws://127.0.0.1:1/"), "ab".repeat(32)))
        .hasCauseInstanceOf(Workdirs.Missing.class)
        .hasMessageContaining("does not keep it any more");
    served.put("cd".repeat(32), new byte[] {1});
    assertThatThrownBy(() -> fetch(workdirs(door()), "cd".repeat(32)))
        .hasCauseInstanceOf(Workdirs.Missing.class)
        .hasMessageContaining("damaged");
    assertThat(cache).isEmptyDirectory();
  }

  @Test
  void silentDoorsAreNoReasonToGiveTheJobUp() {
    assertThatThrownBy(() -> fetch(workdirs("ws://127.0.0.1:1/agents"), "ab".repeat(32)))
        .satisfies(
            failure -> assertThat(failure.getCause()).isNotInstanceOf(Workdirs.Missing.class));
  }

  @Test
  void oldestArchivesGoWhenTheCacheIsFull() throws Exception {
    Workdirs workdirs = workdirs(door());
    Path first = fetch(workdirs, serve("a".repeat(600)));
    assertThat(first.toFile().setLastModified(1_000)).isTrue();
    Path second = fetch(workdirs, serve("b".repeat(600)));
    assertThat(first).doesNotExist();
    assertThat(second).exists();
  }

  private String serve(String content) throws Exception {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    String digest = HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    served.put(digest, bytes);
    return digest;
  }

  private Workdirs workdirs(String... doors) {
    return new Workdirs(KIT.system(), List.of(doors), cache, CACHE_BYTES);
  }

  private String door() {
    return "ws://127.0.0.1:" + server.getAddress().getPort() + "/agents";
  }

  private static Path fetch(Workdirs workdirs, String digest) throws Exception {
    return workdirs.fetch(digest).toCompletableFuture().get(20, TimeUnit.SECONDS);
  }
}
