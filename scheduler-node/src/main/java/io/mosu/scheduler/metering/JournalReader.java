// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Properties;
import java.util.function.Consumer;

/** Reads the journal's rows as they stood at one moment, while others go on writing. */
public final class JournalReader {

  private static final String ROWS =
      "SELECT persistence_id, sequence_number, write_timestamp, event_ser_manifest, event_payload"
          + " FROM event_journal ORDER BY persistence_id, sequence_number";

  private static final int FETCH_ROWS = 2_000;

  private JournalReader() {}

  /** Hands on all rows, by persistence id and sequence number. */
  public static void read(String url, String user, String password, Consumer<JournalRow> consumer)
      throws SQLException {
    Properties login = new Properties();
    login.setProperty("user", user);
    login.setProperty("password", password);
    try (Connection connection = DriverManager.getConnection(url, login)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false); // else PostgreSQL's driver fetches all rows at once
      try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
        statement.setFetchSize(FETCH_ROWS);
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            consumer.accept(
                new JournalRow(
                    row.getString(1),
                    row.getLong(2),
                    row.getLong(3),
                    row.getString(4),
                    row.getBytes(5)));
          }
        }
      }
    }
  }
}
