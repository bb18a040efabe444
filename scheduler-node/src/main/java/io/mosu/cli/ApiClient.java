// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.time.Clock;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLException;
import org.jspecify.annotations.Nullable;

/**
 * The cluster as a client sees it: any scheduler node will do, so a request that one does not
 * answer goes to the next, round after round with a growing pause, until its time is over.
 */
final class ApiClient {
  private static final long PAUSE_MS_MIN = 100;
  private static final long PAUSE_MS_MAX = 2_000;

  private final List<String> addresses;
  private final Clock clock;
  private final long requestPatienceMs;
  private final long watchPatienceMs;
  private final AtomicInteger preferred = new AtomicInteger();

  /**
   * @param requestPatienceMs how long one request is tried again
   * @param watchPatienceMs the same for requests on a job that goes on meanwhile
   */
  ApiClient(List<String> addresses, Clock clock, long requestPatienceMs, long watchPatienceMs) {
    this.addresses = List.copyOf(addresses);
    this.clock = clock;
    this.requestPatienceMs = requestPatienceMs;
    this.watchPatienceMs = watchPatienceMs;
  }

  JsonObject json(Request request) {
    return json(request, requestPatienceMs);
  }

  /** Lasts out a fail-over of the scheduler nodes. */
  JsonObject watch(Request request) {
    return json(request, watchPatienceMs);
  }

  private JsonObject json(Request request, long patienceMs) {
    Attempts attempts = new Attempts(patienceMs);
    while (true) {
      try (Response response = attempts.open(request)) {
        return response.json();
      } catch (IOException broken) {
        attempts.failed(broken);
      }
    }
  }

  /** A stream that the caller reads; when it breaks, the next one opened is another node's. */
  Response stream(Request request) {
    return new Attempts(requestPatienceMs).open(request);
  }

  /** Where a WebSocket can be opened at {@code path}: the same is asked first without one. */
  String webSocketAddress(String path) {
    try (Response response = stream(Request.get(path))) {
      if (!response.isUpgradeWanted()) {
        throw CliFailure.unexpected(
            response.address() + " has no WebSocket there", "is it as new as this program?");
      }
      return response.address();
    }
  }

  /** After a broken stream: the next request starts with another scheduler node. */
  void avoidCurrent() {
    preferred.incrementAndGet();
  }

  void pause(int round) {
    pauseMs(Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN << Math.min(round, 10)));
  }

  /** With up to a quarter more by chance, lest all clients come back at once. */
  private static void pauseMs(long ms) {
    long jittered = ms + ThreadLocalRandom.current().nextLong(ms / 4 + 1);
    LockSupport.parkNanos(TimeUnit.MILLISECONDS.toNanos(jittered));
  }

  /** The attempts at one request over all addresses. */
  private final class Attempts {
    private final long deadlineMs;
    private int inRound;
    private int rounds;
    private long retryAfterMs;
    private @Nullable CliFailure refusal;
    private @Nullable CliFailure silence;

    Attempts(long patienceMs) {
      deadlineMs = clock.millis() + patienceMs;
    }

    Response open(Request request) {
      while (true) {
        String address = addresses.get(Math.floorMod(preferred.get(), addresses.size()));
        try {
          Response response = Response.to(request, address);
          if (response.isSuccess() || response.isUpgradeWanted()) {
            return response;
          }
          try (response) {
            CliFailure failure = response.failure();
            if (!response.isWorthRetrying()) {
              throw failure;
            }
            refusal = failure;
            retryAfterMs = Math.max(retryAfterMs, response.retryAfterMs());
          }
          next();
        } catch (IOException unanswered) {
          failed(unanswered);
        }
      }
    }

    void failed(IOException cause) {
      silence = CliFailure.unreachable("no scheduler node answers at " + at() + cause(cause));
      next();
    }

    /** A refusal says more than silence, so it is what a person gets to read. */
    private void next() {
      preferred.incrementAndGet();
      inRound++;
      if (inRound < addresses.size()) {
        return;
      }
      long pauseMs = Math.min(PAUSE_MS_MAX, PAUSE_MS_MIN << Math.min(rounds, 10));
      pauseMs = Math.max(pauseMs, Math.min(retryAfterMs, PAUSE_MS_MAX));
      if (clock.millis() + pauseMs > deadlineMs) {
        if (refusal != null) {
          throw refusal;
        }
        throw silence == null ? CliFailure.unreachable("no answer at " + at()) : silence;
      }
      pauseMs(pauseMs);
      inRound = 0;
      rounds++;
      retryAfterMs = 0;
    }

    private String at() {
      return String.join(", ", addresses);
    }

    private String cause(IOException cause) {
      if (cause instanceof ConnectException) {
        return " (connection refused)";
      }
      if (cause instanceof SocketTimeoutException) {
        return " (timed out)";
      }
      if (cause instanceof UnknownHostException) {
        return " (unknown host " + cause.getMessage() + ")";
      }
      if (cause instanceof SSLException) {
        return " (TLS: "
            + cause.getMessage()
            + "; MOSU_CA names the certificate of the authority to believe)";
      }
      return " (" + (cause.getMessage() == null ? "broken" : cause.getMessage()) + ")";
    }
  }
}
