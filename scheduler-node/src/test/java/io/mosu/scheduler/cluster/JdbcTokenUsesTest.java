// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.pki.JoinToken;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.Test;

class JdbcTokenUsesTest {
  private final Instant now = Instant.parse("2026-03-01T12:00:00Z");
  private final MosuSettings.Database database =
      new MosuSettings.Database(
          "jdbc:h2:mem:tokens-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1", "sa", "", 1, true);

  @Test
  void tokenServesOneKeyAgainAndAgainAndNoOther() throws Exception {
    Schema.apply(database);
    JdbcTokenUses uses = new JdbcTokenUses(database, InstantSource.fixed(now));
    assertThat(uses.use(token("a"), "key-1")).isTrue();
    assertThat(uses.use(token("a"), "key-1")).isTrue();
    assertThat(uses.use(token("a"), "key-2")).isFalse();
    assertThat(uses.use(token("b"), "key-2")).isTrue();
  }

  @Test
  void whatHasEndedLongAgoIsForgotten() throws Exception {
    Schema.apply(database);
    assertThat(new JdbcTokenUses(database, InstantSource.fixed(now)).use(token("a"), "key-1"))
        .isTrue();
    InstantSource later = InstantSource.fixed(now.plus(Duration.ofHours(2)));
    assertThat(new JdbcTokenUses(database, later).use(token("b"), "key-1")).isTrue();
    assertThat(new JdbcTokenUses(database, later).use(token("a"), "key-2")).isTrue();
  }

  private JoinToken token(String id) {
    return new JoinToken(id, now.plus(Duration.ofMinutes(15)), "00", List.of("rack-1"));
  }
}
