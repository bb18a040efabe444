// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.testing.TestAuthority;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.Test;

class RenewalTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final TestAuthority AGENTS = TestAuthority.create();

  @Test
  void dayLongOneIsRenewedInItsLastThird() {
    X509Certificate day = issued(Duration.ofDays(1));
    assertThat(Renewal.isDue(day, NOW.plus(Duration.ofHours(15)))).isFalse();
    assertThat(Renewal.isDue(day, NOW.plus(Duration.ofHours(17)))).isTrue();
    assertThat(Renewal.due(day, NOW))
        .isBetween(Duration.ofMinutes(15 * 60 + 50), Duration.ofHours(16));
  }

  @Test
  void shortOneIsNotDueWhenItIsIssued() {
    X509Certificate brief = issued(Duration.ofSeconds(30));
    assertThat(Renewal.isDue(brief, NOW)).isFalse();
    assertThat(Renewal.due(brief, NOW)).isBetween(Duration.ofSeconds(17), Duration.ofSeconds(20));
  }

  @Test
  void triesComeMoreOftenAsTheEndComesNear() {
    X509Certificate day = issued(Duration.ofDays(1));
    assertThat(Renewal.again(day, NOW)).isEqualTo(Renewal.PAUSE_MAX);
    assertThat(Renewal.again(day, NOW.plus(Duration.ofMinutes(1_420))))
        .isEqualTo(Duration.ofMinutes(1));
    assertThat(Renewal.again(day, NOW.plus(Duration.ofDays(2)))).isEqualTo(Renewal.PAUSE_MIN);
  }

  private static X509Certificate issued(Duration validity) {
    return AGENTS.authority().issueAgent(List.of("rack-1"), validity, NOW).certificate();
  }
}
