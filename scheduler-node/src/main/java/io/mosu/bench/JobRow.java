// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Instant;

/**
 * What of a job is measured.
 *
 * @param placedMs wall time, 0 while it waits
 * @param confirmMs from its submission to its placement, both journaled; -1 while it waits
 */
record JobRow(
    String id,
    boolean queued,
    String reason,
    double gpus,
    long submittedMs,
    long placedMs,
    long confirmMs) {

  static JobRow of(JsonNode job) {
    return new JobRow(
        job.path("id").asText(),
        job.path("state").asText().equals("QUEUED"),
        job.path("reason").asText("").replace("null", ""),
        job.path("gpus").asDouble(),
        time(job.path("submittedAt")),
        time(job.path("placedAt")),
        job.path("submitToConfirmMs").asLong(-1));
  }

  private static long time(JsonNode text) {
    return text.isTextual() ? Instant.parse(text.asText()).toEpochMilli() : 0;
  }
}
