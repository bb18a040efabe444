// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.HttpRequest.BodyPublishers;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.SplittableRandom;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BlobRouteTest {
  private ApiServer server;

  @BeforeEach
  void start() {
    server = new ApiServer();
  }

  @AfterEach
  void stop() {
    server.close();
  }

  @Test
  void archiveIsKeptInPiecesAndGivenBackWhole() throws Exception {
    byte[] archive = random((2 << 20) + 17);
    ApiServer.Answer created = put(digest(archive), archive);
    assertThat(created.status()).isEqualTo(201);
    assertThat(created.json().get("bytes").asLong()).isEqualTo(archive.length);
    assertThat(server.blobs.pieces.values())
        .extracting(piece -> piece.length)
        .contains(17, 1 << 20);
    assertThat(put(digest(archive), archive).status()).isEqualTo(200);
    assertThat(server.blobs.pieces).hasSize(3);
    assertThat(server.bytes("/v1/blobs/" + digest(archive))).isEqualTo(archive);
  }

  @Test
  void wrongDigestIsRefusedAndLeavesNothing() throws Exception {
    ApiServer.Answer refused = put("ab".repeat(32), random(100));
    assertThat(refused.status()).isEqualTo(400);
    assertThat(refused.json().get("detail").asText()).contains("the body's SHA-256 is");
    assertThat(server.blobs.blobs).isEmpty();
  }

  @Test
  void whatIsTooLargeOrHasNoRoomIsRefused() throws Exception {
    byte[] large = random((3 << 20) + 1);
    assertThat(put(digest(large), large).json().get("reason").asText()).isEqualTo("BODY_TOO_LARGE");
    server.blobs.full = true;
    byte[] small = random(10);
    ApiServer.Answer full = put(digest(small), small);
    assertThat(full.status()).isEqualTo(507);
    assertThat(full.json().get("reason").asText()).isEqualTo("STORE_FULL");
    server.blobs.away = true;
    assertThat(put(digest(small), small).status()).isEqualTo(503);
  }

  @Test
  void unknownArchiveIsToldAndRefusesTheJobThatNamesIt() {
    String path = "/v1/blobs/" + "0f".repeat(32);
    assertThat(server.get(path).status()).isEqualTo(404);
    assertThat(server.get("/v1/blobs/..%2Fetc").status()).isEqualTo(400);
    ApiServer.Answer refused =
        server.submit("command: [x]\nworkdir: sha256:" + "0f".repeat(32) + "\n");
    assertThat(refused.json().get("reason").asText()).isEqualTo("UNKNOWN_WORKDIR");
    assertThat(server.entities.asked).isEmpty();
  }

  private ApiServer.Answer put(String digest, byte[] body) {
    return server.send(server.request("/v1/blobs/" + digest).PUT(BodyPublishers.ofByteArray(body)));
  }

  private static byte[] random(int length) {
    byte[] bytes = new byte[length];
    new SplittableRandom(length).nextBytes(bytes);
    return bytes;
  }

  private static String digest(byte[] bytes) throws Exception {
    return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
  }
}
