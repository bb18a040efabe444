// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import java.util.regex.Pattern;

/** What can be an id: one that nobody can have is unknown, without asking anybody. */
final class Ids {
  private static final Pattern TENANT = Pattern.compile("[a-z0-9-]{1,63}");

  private Ids() {}

  static boolean isTenant(String text) {
    return TENANT.matcher(text).matches();
  }
}
