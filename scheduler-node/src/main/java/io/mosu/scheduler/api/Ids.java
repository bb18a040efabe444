// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Refusal;
import java.util.regex.Pattern;

/** Ids out of a path: one that nobody can have is unknown, without asking anybody. */
final class Ids {
  private static final Pattern TENANT = Pattern.compile("[a-z0-9-]{1,63}");

  private Ids() {}

  static boolean isTenant(String text) {
    return TENANT.matcher(text).matches();
  }

  static JobId job(String text) {
    return JobId.parse(text)
        .filter(id -> isTenant(id.tenant().value()))
        .orElseThrow(() -> new Denial(Refusal.UNKNOWN_JOB, "no job " + Parameters.shown(text)));
  }
}
