// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.MalformedURLException;
import java.net.ProtocolException;
import java.net.URL;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * The answer to one request, its body still to be read.
 *
 * <p>On HttpURLConnection: java.net.http.HttpClient answers its first request 400 to 600 ms later
 * on two cores, which is more than a whole verb may take.
 */
final class Response implements AutoCloseable {
  private static final int CONNECT_TIMEOUT_MS = 3_000;
  private static final int BODY_BYTES_MAX = 64 << 20;

  private final String address;
  private final int status;
  private final HttpURLConnection connection;
  private final InputStream body;
  private boolean isRead;

  private Response(String address, int status, HttpURLConnection connection, InputStream body) {
    this.address = address;
    this.status = status;
    this.connection = connection;
    this.body = body;
  }

  static Response to(Request request, String address) throws IOException {
    HttpURLConnection connection = connection(request, address);
    try {
      byte[] sent = request.body();
      if (sent != null) {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(sent.length);
        try (var out = connection.getOutputStream()) {
          out.write(sent);
        }
      }
      Path file = request.file();
      if (file != null) {
        connection.setDoOutput(true);
        connection.setFixedLengthStreamingMode(Files.size(file));
        try (var out = connection.getOutputStream()) {
          Files.copy(file, out);
        }
      }
      int status = connection.getResponseCode();
      InputStream body = status >= 400 ? connection.getErrorStream() : connection.getInputStream();
      return new Response(
          address, status, connection, body == null ? InputStream.nullInputStream() : body);
    } catch (IOException failed) {
      connection.disconnect();
      throw failed;
    }
  }

  private static HttpURLConnection connection(Request request, String address)
      throws MalformedURLException, ProtocolException, IOException {
    HttpURLConnection connection =
        (HttpURLConnection) new URL(address + request.path()).openConnection();
    connection.setRequestMethod(request.method());
    connection.setConnectTimeout(CONNECT_TIMEOUT_MS);
    connection.setReadTimeout(request.readTimeoutMs());
    connection.setInstanceFollowRedirects(false);
    connection.setUseCaches(false);
    connection.setRequestProperty("Accept", "application/json, application/problem+json, text/*");
    if (!request.contentType().isEmpty()) {
      connection.setRequestProperty("Content-Type", request.contentType());
    }
    String key = request.idempotencyKey();
    if (key != null) {
      connection.setRequestProperty("Idempotency-Key", key);
    }
    return connection;
  }

  String address() {
    return address;
  }

  int status() {
    return status;
  }

  boolean isSuccess() {
    return status >= 200 && status < 300;
  }

  /** What is asked for is there, but only as a WebSocket. */
  boolean isUpgradeWanted() {
    return status == 426;
  }

  /** Another scheduler node, or this one a little later, may well do better. */
  boolean isWorthRetrying() {
    return status == 502 || status == 503 || status == 504;
  }

  /** Retry-After in ms, 0 where there is none. */
  long retryAfterMs() {
    return connection.getHeaderFieldLong("Retry-After", 0) * 1000;
  }

  /** Where a log's first byte here lies in it; {@code asked} where the server does not say. */
  long logOffset(long asked) {
    return connection.getHeaderFieldLong("Mosu-Log-Offset", asked);
  }

  InputStream body() {
    return body;
  }

  byte[] bytes() throws IOException {
    byte[] bytes = body.readNBytes(BODY_BYTES_MAX + 1);
    if (bytes.length > BODY_BYTES_MAX) {
      throw CliFailure.unexpected(
          address + " sent an answer of more than 64 MiB",
          "ask for less, such as one tenant's jobs");
    }
    isRead = true;
    return bytes;
  }

  JsonObject json() throws IOException {
    byte[] bytes = bytes();
    try {
      return JsonObject.parse(bytes);
    } catch (IOException malformed) {
      throw CliFailure.unexpected(
          address + " answered with something that is not the JSON of Mosu's API",
          "check --address and MOSU_ADDR: is a Mosu scheduler node there?");
    }
  }

  /** What an answer that is no success says, as one line what and one line what to do. */
  CliFailure failure() throws IOException {
    return Problem.of(address, status, connection.getContentType(), bytes());
  }

  /** Ends the connection of a body that was given up; one that was read to its end is kept. */
  @Override
  public void close() {
    if (!isRead) {
      connection.disconnect();
    }
  }
}
