// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;

/** When a certificate is to be renewed: after two thirds of its life, and then until it is. */
final class Renewal {
  static final Duration PAUSE_MIN = Duration.ofSeconds(1);
  static final Duration PAUSE_MAX = Duration.ofMinutes(10);

  /** Tries in what is left of a certificate's life. */
  private static final int TRIES = 20;

  private static final int THIRDS = 3;

  private Renewal() {}

  static boolean isDue(X509Certificate certificate, Instant now) {
    return !now.isBefore(dueAt(certificate));
  }

  /** How long until it is due. */
  static Duration due(X509Certificate certificate, Instant now) {
    Duration left = Duration.between(now, dueAt(certificate));
    return left.compareTo(PAUSE_MIN) > 0 ? left : PAUSE_MIN;
  }

  /** How long after a failure the next try comes. */
  static Duration again(X509Certificate certificate, Instant now) {
    Duration pause = Duration.between(now, end(certificate)).dividedBy(TRIES);
    return pause.compareTo(PAUSE_MIN) < 0
        ? PAUSE_MIN
        : pause.compareTo(PAUSE_MAX) > 0 ? PAUSE_MAX : pause;
  }

  private static Instant dueAt(X509Certificate certificate) {
    Instant begin = certificate.getNotBefore().toInstant();
    Duration life = Duration.between(begin, end(certificate));
    return begin.plus(life.dividedBy(THIRDS).multipliedBy(THIRDS - 1));
  }

  private static Instant end(X509Certificate certificate) {
    return certificate.getNotAfter().toInstant();
  }
}
