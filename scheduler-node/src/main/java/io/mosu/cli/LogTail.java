// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.net.SocketTimeoutException;
import org.jspecify.annotations.Nullable;

/**
 * The log of one task, read to its end: a stream that breaks is taken up at the next scheduler
 * node, at the byte after the last one read.
 */
final class LogTail {
  /** A node that died without a word is noticed after this long; a silent task costs a reopen. */
  private static final int SILENCE_MS_MAX = 30_000;

  private static final int BREAKS_IN_ROW_MAX = 100;

  enum End {
    READ,
    /** Nothing has been logged, or it is no longer kept. */
    NO_LOG,
    OUTPUT_CLOSED
  }

  private final ApiClient client;
  private final String path;
  private final LogSink sink;
  private final boolean isMerged;
  private final byte[] buffer = new byte[16 << 10];
  private long offset;
  private int breaksInRow;
  private @Nullable CliFailure brokenForGood;

  private LogTail(ApiClient client, String path, LogSink sink, boolean isMerged, long offset) {
    this.client = client;
    this.path = path;
    this.sink = sink;
    this.isMerged = isMerged;
    this.offset = offset;
  }

  static LogTail ofTask(ApiClient client, String job, int rank, LogSink sink, long offset) {
    String path = "/v1/jobs/" + Request.encode(job) + "/logs?task=" + rank + "&";
    return new LogTail(client, path, sink, false, offset);
  }

  /** All tasks in one stream, for a job of too many tasks; it cannot be taken up when it breaks. */
  static LogTail ofAll(ApiClient client, String job, LogSink sink) {
    String path = "/v1/jobs/" + Request.encode(job) + "/logs?";
    return new LogTail(client, path, sink, true, 0);
  }

  /** A job that is restarted writes a new log. */
  void restart() {
    offset = 0;
    brokenForGood = null;
  }

  End read(boolean follow) {
    if (brokenForGood != null) {
      throw brokenForGood;
    }
    if (isMerged && offset > 0) {
      return End.READ;
    }
    while (true) {
      try {
        return readOnce(follow);
      } catch (SocketTimeoutException silent) {
        client.avoidCurrent();
      } catch (IOException broken) {
        if (isMerged || ++breaksInRow > BREAKS_IN_ROW_MAX) {
          brokenForGood = CliFailure.unreachable("its stream broke: " + broken.getMessage());
          throw brokenForGood;
        }
        client.avoidCurrent();
        client.pause(breaksInRow - 1);
      }
    }
  }

  private End readOnce(boolean follow) throws IOException {
    String query = path + "follow=" + follow + "&offset=" + offset;
    Request request = Request.get(query).withReadTimeoutMs(isMerged ? 0 : SILENCE_MS_MAX);
    try (Response response = client.stream(request)) {
      InputStream body = response.body();
      long from = response.logOffset(offset);
      if (from > offset) {
        sink.gap(from - offset);
        offset = from;
      }
      int length;
      while ((length = body.read(buffer)) >= 0) {
        offset += length;
        breaksInRow = 0;
        sink.write(buffer, length);
        if (sink.isClosed()) {
          return End.OUTPUT_CLOSED;
        }
      }
      return End.READ;
    } catch (CliFailure failure) {
      if (failure.hasReason("NO_LOG")) {
        return End.NO_LOG;
      }
      throw failure;
    }
  }
}
