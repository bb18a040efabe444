// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.tenant.Job;
import java.net.URI;
import org.apache.pekko.http.javadsl.model.HttpRequest;
import org.apache.pekko.http.javadsl.model.headers.Host;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that decides who may open a stream into a job. The API knows no callers yet: who
 * reaches it may do what it offers. A page of another site must not, though a browser would let it
 * open a WebSocket.
 */
final class StreamAccess {
  private static final Logger LOG = LoggerFactory.getLogger(StreamAccess.class);

  private StreamAccess() {}

  static void check(HttpRequest request, Job job) {
    String origin = request.getHeader("Origin").map(header -> header.value()).orElse("");
    if (!origin.isEmpty() && !isOwn(origin, request)) {
      LOG.warn("stream refused job={} origin={}", job.id(), Parameters.shown(origin));
      throw new Denial(
          Problem.of(Refusal.FOREIGN_ORIGIN, "a page of " + Parameters.shown(origin) + " asks"));
    }
    LOG.info("stream asked for job={} path={}", job.id(), request.getUri().getPathString());
  }

  private static boolean isOwn(String origin, HttpRequest request) {
    try {
      URI page = URI.create(origin);
      return request
          .getHeader(Host.class)
          .filter(host -> host.host().toString().equals(page.getHost()))
          .filter(host -> host.port() == Math.max(0, page.getPort()))
          .isPresent();
    } catch (IllegalArgumentException unreadable) {
      return false;
    }
  }
}
