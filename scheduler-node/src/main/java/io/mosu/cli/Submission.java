// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.security.SecureRandom;
import org.jspecify.annotations.Nullable;

/** How a job is handed in: always with an idempotency key, so that sending it twice is safe. */
final class Submission {
  private static final int KEY_CHARS_MAX = 128;
  private static final char[] HEX = "0123456789abcdef".toCharArray();

  private Submission() {}

  static Request of(byte[] spec, String contentType, @Nullable String key) {
    if (key != null && (key.isBlank() || key.length() > KEY_CHARS_MAX || !isPrintable(key))) {
      throw CliFailure.usage(
          "--idempotency-key is not 1 to " + KEY_CHARS_MAX + " printable characters",
          "leave it out to get a random one");
    }
    return Request.submission(spec, contentType, key == null ? randomKey() : key);
  }

  private static boolean isPrintable(String key) {
    return key.chars().allMatch(c -> c > ' ' && c < 127);
  }

  private static String randomKey() {
    byte[] random = new byte[16];
    new SecureRandom().nextBytes(random);
    StringBuilder key = new StringBuilder();
    for (byte b : random) {
      key.append(HEX[(b >> 4) & 15]).append(HEX[b & 15]);
    }
    return key.toString();
  }
}
