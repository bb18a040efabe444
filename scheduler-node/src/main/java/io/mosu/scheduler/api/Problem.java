// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.job.SpecError;
import io.mosu.scheduler.model.Refusal;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.apache.pekko.http.javadsl.model.ContentType;
import org.apache.pekko.http.javadsl.model.HttpCharsets;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.MediaTypes;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.apache.pekko.http.javadsl.model.headers.RawHeader;

/** Why a request failed, as RFC 9457 writes it; never a stack trace, never HTML. */
record Problem(
    String type,
    String title,
    int status,
    String reason,
    String detail,
    String advice,
    List<SpecError> errors) {

  private static final ContentType.WithFixedCharset TYPE =
      MediaTypes.customWithFixedCharset(
              "application", "problem+json", HttpCharsets.UTF_8, Map.of(), false)
          .toContentType();
  private static final String RETRY_AFTER_S = "1";

  Problem {
    errors = List.copyOf(errors);
  }

  static Problem of(Refusal reason, String detail) {
    return new Problem(reason, status(reason), detail, reason.advice(), List.of());
  }

  /** A spec that cannot be read. */
  static Problem of(List<SpecError> errors) {
    SpecError first = errors.get(0);
    String more = errors.size() > 1 ? " (and " + (errors.size() - 1) + " more)" : "";
    String where = first.field().isEmpty() ? "" : first.field() + ": ";
    return new Problem(
        Refusal.INVALID_SPEC,
        status(Refusal.INVALID_SPEC),
        "line " + first.line() + ": " + where + first.message() + more,
        Refusal.INVALID_SPEC.advice(),
        errors);
  }

  /** A query parameter or header that cannot be read. */
  static Problem ofParameter(String name, String message) {
    return new Problem(
        Refusal.INVALID_SPEC,
        status(Refusal.INVALID_SPEC),
        name + ": " + message,
        Refusal.INVALID_SPEC.advice(),
        List.of(new SpecError(name, 0, message)));
  }

  /** A request that is wrong in another way than its status's own reason says. */
  static Problem ofRequest(int status, String detail, String advice) {
    return new Problem(Refusal.INVALID_SPEC, status, detail, advice, List.of());
  }

  private Problem(
      Refusal reason, int status, String detail, String advice, List<SpecError> errors) {
    this(
        "https://mosu.invalid/problems/" + words(reason, '-'),
        words(reason, ' ').substring(0, 1).toUpperCase(Locale.ROOT)
            + words(reason, ' ').substring(1),
        status,
        reason.name(),
        detail,
        advice,
        errors);
  }

  HttpResponse response() {
    HttpResponse response =
        HttpResponse.create()
            .withStatus(StatusCodes.get(status))
            .withEntity(HttpEntities.create(TYPE, Json.bytes(this)));
    return status == 503
        ? response.addHeader(RawHeader.create("Retry-After", RETRY_AFTER_S))
        : response;
  }

  static int status(Refusal reason) {
    return switch (reason) {
      case INVALID_SPEC -> 400;
      case UNKNOWN_WORKDIR, UNKNOWN_JOB, UNKNOWN_NODE, UNKNOWN_DEVICE, UNKNOWN_TENANT, NO_LOG ->
          404;
      case PORT_NOT_DECLARED, FOREIGN_ORIGIN -> 403;
      case NOT_RUNNING, JOB_ENDED, NO_TERMINAL, AGENT_ALIVE -> 409;
      case BODY_TOO_LARGE -> 413;
      case IMPOSSIBLE, QUOTA, DEADLINE -> 422;
      case QUEUE_FULL, STREAM_LIMIT -> 429;
      case PORT_CLOSED -> 502;
      case STORE_FULL -> 507;
      case STORE_UNAVAILABLE, OUTCOME_UNKNOWN, NOT_READY -> 503;
      case NO_ANSWER -> 504;
      default -> 500;
    };
  }

  private static String words(Refusal reason, char between) {
    return reason.name().toLowerCase(Locale.ROOT).replace('_', between);
  }
}
