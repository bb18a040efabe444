// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.time.Instant;
import org.apache.pekko.http.javadsl.model.ContentTypes;
import org.apache.pekko.http.javadsl.model.HttpEntities;
import org.apache.pekko.http.javadsl.model.HttpResponse;
import org.apache.pekko.http.javadsl.model.StatusCodes;
import org.jspecify.annotations.Nullable;

/** Views as JSON. */
final class Json {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private Json() {}

  static byte[] bytes(Object view) {
    try {
      return MAPPER.writeValueAsBytes(view);
    } catch (JsonProcessingException broken) {
      throw new IllegalStateException("not writable as JSON: " + view.getClass(), broken);
    }
  }

  static HttpResponse ok(Object view) {
    return response(200, view);
  }

  static HttpResponse response(int status, Object view) {
    return HttpResponse.create()
        .withStatus(StatusCodes.get(status))
        .withEntity(HttpEntities.create(ContentTypes.APPLICATION_JSON, bytes(view)));
  }

  /** A wall time, null for 0: not yet. */
  static @Nullable String time(long wallMs) {
    return wallMs == 0 ? null : Instant.ofEpochMilli(wallMs).toString();
  }
}
