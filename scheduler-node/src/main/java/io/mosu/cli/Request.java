// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import org.jspecify.annotations.Nullable;

/**
 * One request to any scheduler node. Each of them may be sent twice without harm: reads, cancel,
 * and a submission by its idempotency key.
 */
final class Request {
  private static final int READ_TIMEOUT_MS = 15_000;

  /** A busy database may take its time for the last piece. */
  private static final int UPLOAD_TIMEOUT_MS = 120_000;

  private final String method;
  private final String path;
  private final byte @Nullable [] body;
  private final String contentType;
  private final @Nullable String idempotencyKey;
  private final int readTimeoutMs;
  private final @Nullable Path file;

  private Request(
      String method,
      String path,
      byte @Nullable [] body,
      String contentType,
      @Nullable String idempotencyKey,
      int readTimeoutMs,
      @Nullable Path file) {
    this.method = method;
    this.path = path;
    this.body = body;
    this.contentType = contentType;
    this.idempotencyKey = idempotencyKey;
    this.readTimeoutMs = readTimeoutMs;
    this.file = file;
  }

  static Request get(String path) {
    return new Request("GET", path, null, "", null, READ_TIMEOUT_MS, null);
  }

  static Request head(String path) {
    return new Request("HEAD", path, null, "", null, READ_TIMEOUT_MS, null);
  }

  /** Puts a file under the name of its digest: again is once. */
  static Request upload(String path, Path file) {
    return new Request(
        "PUT", path, null, "application/octet-stream", null, UPLOAD_TIMEOUT_MS, file);
  }

  static Request post(String path) {
    return new Request("POST", path, new byte[0], "", null, READ_TIMEOUT_MS, null);
  }

  static Request submission(byte[] spec, String contentType, String idempotencyKey) {
    return new Request(
        "POST", "/v1/jobs", spec, contentType, idempotencyKey, READ_TIMEOUT_MS, null);
  }

  /** A long poll answers after {@code waitMs} at the latest. */
  static Request longPoll(String job, int waitMs) {
    return get("/v1/jobs/" + encode(job) + "?waitMs=" + waitMs)
        .withReadTimeoutMs(waitMs + READ_TIMEOUT_MS);
  }

  Request withReadTimeoutMs(int timeoutMs) {
    return new Request(method, path, body, contentType, idempotencyKey, timeoutMs, file);
  }

  String method() {
    return method;
  }

  String path() {
    return path;
  }

  byte @Nullable [] body() {
    return body;
  }

  /** What is sent in place of a body. */
  @Nullable Path file() {
    return file;
  }

  String contentType() {
    return contentType;
  }

  @Nullable String idempotencyKey() {
    return idempotencyKey;
  }

  int readTimeoutMs() {
    return readTimeoutMs;
  }

  static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
