// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class TimeWordsTest {

  @ParameterizedTest
  @CsvSource({
    "10, 10m",
    "5:30, 5m30s",
    "1:00:00, 1h00m00s",
    "1-12, 1d12h",
    "1-12:30, 1d12h30m",
    "90s, 90s"
  })
  void timesOfSlurmAreRead(String given, String spec) {
    assertThat(TimeWords.time(given)).isEqualTo(spec);
  }

  @Test
  void signalsAreReadByNameAndNumber() {
    assertThat(TimeWords.warning("USR1@60")).isEqualTo(new TimeWords.Warning("USR1", "60s"));
    assertThat(TimeWords.warning("B:SIGUSR2")).isEqualTo(new TimeWords.Warning("USR2", ""));
    assertThat(TimeWords.warning("10@5")).isEqualTo(new TimeWords.Warning("USR1", "5s"));
    assertThatThrownBy(() -> TimeWords.warning("USR1@soon")).hasMessageContaining("--signal");
  }
}
