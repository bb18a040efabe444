// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;

/** A stream into a task over a WebSocket; what is sent waits until the other side takes it. */
final class StreamSocket implements WebSocket.Listener, AutoCloseable {
  private static final Duration CONNECT_LIMIT = Duration.ofSeconds(5);
  private static final int ERROR_CHANNEL = 2;

  /** Takes output, on a thread of its own; the next comes once it is taken. */
  interface Output {
    void write(byte[] bytes, boolean error) throws IOException;
  }

  private final Output output;
  private final CompletableFuture<StreamEnding> ended = new CompletableFuture<>();
  private final StringBuilder text = new StringBuilder();
  private @Nullable WebSocket socket;
  private boolean isInsideMessage;
  private boolean isError;

  private StreamSocket(Output output) {
    this.output = output;
  }

  /** Opens one; {@code first} says what it is to lead to. */
  static StreamSocket open(
      HttpClient http, ApiClient client, String path, JsonObject first, Output output) {
    String address = client.webSocketAddress(path);
    StreamSocket stream = new StreamSocket(output);
    URI uri = URI.create("ws" + address.substring("http".length()) + path);
    try {
      stream.socket =
          http.newWebSocketBuilder()
              .connectTimeout(CONNECT_LIMIT)
              .buildAsync(uri, stream)
              .get(CONNECT_LIMIT.toMillis(), TimeUnit.MILLISECONDS);
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CliFailure.unexpected("interrupted", "try again");
    } catch (ExecutionException | TimeoutException failure) {
      client.avoidCurrent();
      throw CliFailure.unreachable("no WebSocket to " + address + ": " + reason(failure));
    }
    stream.say(first);
    return stream;
  }

  static HttpClient http() {
    return HttpClient.newBuilder()
        .version(HttpClient.Version.HTTP_1_1)
        .connectTimeout(CONNECT_LIMIT)
        .build();
  }

  CompletableFuture<StreamEnding> ended() {
    return ended;
  }

  void input(byte[] bytes, int length) {
    send(socket -> socket.sendBinary(ByteBuffer.wrap(bytes, 0, length), true));
  }

  void endInput() {
    say(JsonObject.empty().put("end", true));
  }

  void signal(String name) {
    say(JsonObject.empty().put("signal", name));
  }

  void resize(int rows, int columns) {
    say(
        JsonObject.empty()
            .put("resize", JsonObject.empty().put("rows", rows).put("columns", columns)));
  }

  private void say(JsonObject said) {
    send(socket -> socket.sendText(said.pretty(), true));
  }

  private interface Sending {
    CompletionStage<WebSocket> send(WebSocket socket);
  }

  private synchronized void send(Sending sending) {
    WebSocket to = socket;
    if (to == null || ended.isDone()) {
      return;
    }
    try {
      sending.send(to).toCompletableFuture().join();
    } catch (CompletionException failure) {
      ended.complete(StreamEnding.broken("the scheduler node was lost: " + reason(failure)));
    }
  }

  @Override
  public void onOpen(WebSocket webSocket) {
    webSocket.request(1);
  }

  @Override
  public @Nullable CompletionStage<?> onBinary(
      WebSocket webSocket, ByteBuffer data, boolean isLast) {
    if (!isInsideMessage && data.hasRemaining()) {
      isError = data.get() == ERROR_CHANNEL;
    }
    isInsideMessage = !isLast;
    byte[] bytes = new byte[data.remaining()];
    data.get(bytes);
    try {
      output.write(bytes, isError);
      webSocket.request(1);
    } catch (IOException gone) {
      ended.complete(new StreamEnding("LEFT", 0, "nobody reads the output here", null));
      webSocket.abort();
    }
    return null;
  }

  @Override
  public @Nullable CompletionStage<?> onText(
      WebSocket webSocket, CharSequence data, boolean isLast) {
    text.append(data);
    if (isLast) {
      hear(text.toString());
      text.setLength(0);
    }
    webSocket.request(1);
    return null;
  }

  private void hear(String said) {
    try {
      JsonObject message = JsonObject.parse(said.getBytes(StandardCharsets.UTF_8));
      JsonObject refused = message.object("refused");
      JsonObject closed = message.object("closed");
      if (refused != null) {
        Integer status = refused.number("status");
        CliFailure refusal = Problem.of(status == null ? 500 : status, refused);
        ended.complete(new StreamEnding("REFUSED", 0, refusal.what(), refusal));
      } else if (closed != null) {
        Integer code = closed.number("exitCode");
        ended.complete(
            new StreamEnding(
                closed.text("end", "BROKEN"),
                code == null ? 0 : code,
                closed.text("detail", ""),
                null));
      }
    } catch (IOException foreign) {
      ended.complete(StreamEnding.broken("the scheduler node said what is not JSON"));
    }
  }

  @Override
  public @Nullable CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
    ended.complete(StreamEnding.broken("the scheduler node closed it"));
    return null;
  }

  @Override
  public void onError(WebSocket webSocket, Throwable error) {
    ended.complete(StreamEnding.broken("the scheduler node was lost: " + reason(error)));
  }

  /** The other side hears at once that nobody is here any more. */
  @Override
  public void close() {
    WebSocket open = socket;
    if (open != null) {
      open.abort();
    }
  }

  private static String reason(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    return cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
  }
}
