// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import org.apache.pekko.event.LoggingAdapter;
import org.apache.pekko.http.ParsingErrorHandler;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.scaladsl.model.ErrorInfo;
import org.apache.pekko.http.scaladsl.model.StatusCode;
import org.apache.pekko.http.scaladsl.settings.ServerSettings;

/** Answers what is no HTTP request; Pekko HTTP makes one by the name in its configuration. */
public final class UnreadableRequest extends ParsingErrorHandler {

  @Override
  public HttpResponse handle(
      StatusCode status, ErrorInfo error, LoggingAdapter log, ServerSettings settings) {
    log.debug("unreadable request status={} error={}", status.intValue(), error.summary());
    String what = error.summary().isEmpty() ? "the request is malformed" : error.summary();
    return Problem.ofRequest(
            status.intValue(),
            what.replaceAll("[\\p{Cntrl}]", "?"),
            "send a well-formed HTTP/1.1 request")
        .response();
  }
}
