// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.pki.JoinToken;
import io.mosu.scheduler.door.TokenUses;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.InstantSource;

/** Used join tokens as rows, of which the primary key lets in only one. Blocks. */
final class JdbcTokenUses implements TokenUses {

  /** Longer than clocks differ; a token that has ended is refused without it. */
  private static final Duration KEPT = Duration.ofHours(1);

  private static final String UNIQUE = "23505";

  private final MosuSettings.Database database;
  private final InstantSource clock;

  JdbcTokenUses(MosuSettings.Database database, InstantSource clock) {
    this.database = database;
    this.clock = clock;
  }

  @Override
  public boolean use(JoinToken token, String key) throws Unavailable {
    try (Connection connection =
        DriverManager.getConnection(database.url(), Schema.login(database))) {
      try (PreparedStatement forget =
          connection.prepareStatement("DELETE FROM \"join_token_used\" WHERE \"until_ms\" < ?")) {
        forget.setLong(1, clock.instant().minus(KEPT).toEpochMilli());
        forget.executeUpdate();
      }
      try (PreparedStatement use =
          connection.prepareStatement(
              "INSERT INTO \"join_token_used\" (\"id\", \"until_ms\", \"used_by\")"
                  + " VALUES (?, ?, ?)")) {
        use.setString(1, token.id());
        use.setLong(2, token.until().toEpochMilli());
        use.setString(3, key);
        use.executeUpdate();
        return true;
      } catch (SQLException failure) {
        if (UNIQUE.equals(failure.getSQLState())) {
          return usedBy(connection, token.id()).equals(key);
        }
        throw failure;
      }
    } catch (SQLException failure) {
      throw new Unavailable(failure);
    }
  }

  private static String usedBy(Connection connection, String id) throws SQLException {
    try (PreparedStatement find =
        connection.prepareStatement(
            "SELECT \"used_by\" FROM \"join_token_used\" WHERE \"id\" = ?")) {
      find.setString(1, id);
      try (ResultSet row = find.executeQuery()) {
        return row.next() ? row.getString(1) : "";
      }
    }
  }
}
