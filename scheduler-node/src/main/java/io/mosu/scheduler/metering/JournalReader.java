// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Properties;
import java.util.function.Consumer;

/**
 * Reads a journal's rows as they stood at one moment, while others go on writing; then what it has
 * gained since.
 */
final class JournalReader {

  /**
   * Rows get their number before they are committed: those so much older than the newest are there,
   * later ones are read again.
   */
  private static final long SETTLED_MS = 60_000;

  private static final String ROWS =
      "SELECT \"persistence_id\", \"sequence_number\", \"write_timestamp\", \"event_ser_manifest\","
          + " \"event_payload\", \"ordering\" FROM \"event_journal\""
          + " WHERE \"ordering\" > ? ORDER BY \"ordering\"";

  private static final int FETCH_ROWS = 2_000;

  private record Place(long ordering, long writtenMs) {}

  private final String url;
  private final Properties login = new Properties();
  private final Deque<Place> unsettled = new ArrayDeque<>();
  private long settled;

  JournalReader(String url, String user, String password) {
    this.url = url;
    login.setProperty("user", user);
    login.setProperty("password", password);
  }

  /** Hands on the rows of one moment, some of them again. */
  void read(Consumer<JournalRow> consumer) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, login)) {
      connection.setTransactionIsolation(Connection.TRANSACTION_REPEATABLE_READ);
      connection.setReadOnly(true);
      connection.setAutoCommit(false); // else PostgreSQL's driver fetches all rows at once
      try (PreparedStatement statement = connection.prepareStatement(ROWS)) {
        statement.setFetchSize(FETCH_ROWS);
        statement.setLong(1, settled);
        unsettled.clear();
        try (ResultSet row = statement.executeQuery()) {
          while (row.next()) {
            long writtenMs = row.getLong(3);
            consumer.accept(
                new JournalRow(
                    row.getString(1),
                    row.getLong(2),
                    writtenMs,
                    row.getString(4),
                    row.getBytes(5)));
            settle(new Place(row.getLong(6), writtenMs));
          }
        }
      }
    }
  }

  private void settle(Place newest) {
    unsettled.add(newest);
    while (unsettled.getFirst().writtenMs() < newest.writtenMs() - SETTLED_MS) {
      settled = unsettled.removeFirst().ordering();
    }
  }
}
