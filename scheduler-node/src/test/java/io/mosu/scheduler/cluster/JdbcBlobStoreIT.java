// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterAll;

/** The same on PostgreSQL. */
class JdbcBlobStoreIT extends JdbcBlobStoreTest {
  private static final PostgresServer POSTGRES = PostgresServer.start();

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Override
  MosuSettings.Database empty() throws SQLException {
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement()) {
      statement.execute("DROP TABLE IF EXISTS archive, archive_piece");
    }
    return new MosuSettings.Database(POSTGRES.url(), POSTGRES.user(), "", 1, true);
  }
}
