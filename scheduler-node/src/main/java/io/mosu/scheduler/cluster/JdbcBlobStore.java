// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.scheduler.blob.BlobStore;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.Properties;

/**
 * Archives in the journal's database, on connections of its own: an upload must not hold one of the
 * journal's.
 */
final class JdbcBlobStore implements BlobStore {
  private static final String ANSWER_WITHIN_S = "30";
  private static final int RETRIES_MAX = 1_000;

  /** What was used just now may belong to a job that is being submitted; uploads take less. */
  private static final long FRESH_MS = Duration.ofHours(1).toMillis();

  private final MosuSettings.Database database;
  private final MosuSettings.Workdir terms;
  private final Clock clock;

  JdbcBlobStore(MosuSettings.Database database, MosuSettings.Workdir terms, Clock clock) {
    this.database = database;
    this.terms = terms;
    this.clock = clock;
  }

  @Override
  public long bytesMax() {
    return terms.limitBytes();
  }

  @Override
  public Optional<Blob> find(String sha256) throws Unavailable {
    return with(
        connection -> {
          try (PreparedStatement find =
              connection.prepareStatement(
                  "SELECT \"upload\", \"bytes\" FROM \"archive\" WHERE \"sha256\" = ?")) {
            find.setString(1, sha256);
            try (ResultSet row = find.executeQuery()) {
              if (!row.next()) {
                return Optional.empty();
              }
              Blob blob = new Blob(sha256, row.getString(1), row.getLong(2));
              change(
                  connection,
                  "UPDATE \"archive\" SET \"used_ms\" = ? WHERE \"sha256\" = ?",
                  clock.millis(),
                  sha256);
              return Optional.of(blob);
            }
          }
        });
  }

  @Override
  public boolean makeRoom(long bytes) throws Unavailable {
    return with(
        connection -> {
          long nowMs = clock.millis();
          drop(connection, "\"used_ms\" < ?", nowMs - terms.keep().toMillis());
          change(
              connection,
              "DELETE FROM \"archive_piece\" WHERE \"kept_ms\" < ? AND \"upload\" NOT IN"
                  + " (SELECT \"upload\" FROM \"archive\")",
              nowMs - FRESH_MS);
          for (int i = 0; i < RETRIES_MAX; i++) {
            if (total(connection) + bytes <= terms.totalBytes()) {
              return true;
            }
            if (drop(
                    connection,
                    "\"sha256\" = (SELECT \"sha256\" FROM \"archive\" WHERE \"used_ms\" < ?"
                        + " ORDER BY \"used_ms\", \"sha256\" LIMIT 1)",
                    nowMs - FRESH_MS)
                == 0) {
              return false;
            }
          }
          return false;
        });
  }

  @Override
  public void keep(String upload, int piece, byte[] bytes) throws Unavailable {
    with(
        connection ->
            change(
                connection,
                "INSERT INTO \"archive_piece\" (\"upload\", \"piece\", \"kept_ms\", \"data\")"
                    + " VALUES (?, ?, ?, ?)",
                upload,
                piece,
                clock.millis(),
                bytes));
  }

  @Override
  public void complete(Blob blob) throws Unavailable {
    if (find(blob.sha256()).isPresent()) {
      drop(blob.upload()); // another upload was faster
      return;
    }
    with(
        connection ->
            change(
                connection,
                "INSERT INTO \"archive\" (\"sha256\", \"upload\", \"bytes\", \"used_ms\")"
                    + " VALUES (?, ?, ?, ?)",
                blob.sha256(),
                blob.upload(),
                blob.bytes(),
                clock.millis()));
  }

  @Override
  public void drop(String upload) throws Unavailable {
    with(
        connection ->
            change(connection, "DELETE FROM \"archive_piece\" WHERE \"upload\" = ?", upload));
  }

  @Override
  public Optional<byte[]> piece(Blob blob, int piece) throws Unavailable {
    return with(
        connection -> {
          try (PreparedStatement find =
              connection.prepareStatement(
                  "SELECT \"data\" FROM \"archive_piece\""
                      + " WHERE \"upload\" = ? AND \"piece\" = ?")) {
            find.setString(1, blob.upload());
            find.setInt(2, piece);
            try (ResultSet row = find.executeQuery()) {
              return row.next() ? Optional.ofNullable(row.getBytes(1)) : Optional.empty();
            }
          }
        });
  }

  private static int drop(Connection connection, String which, long ms) throws SQLException {
    change(
        connection,
        "DELETE FROM \"archive_piece\" WHERE \"upload\" IN (SELECT \"upload\" FROM \"archive\""
            + " WHERE "
            + which
            + ")",
        ms);
    return change(connection, "DELETE FROM \"archive\" WHERE " + which, ms);
  }

  private static long total(Connection connection) throws SQLException {
    try (PreparedStatement sum =
            connection.prepareStatement("SELECT COALESCE(SUM(\"bytes\"), 0) FROM \"archive\"");
        ResultSet row = sum.executeQuery()) {
      return row.next() ? row.getLong(1) : 0;
    }
  }

  private static int change(Connection connection, String sql, Object... values)
      throws SQLException {
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      for (int i = 0; i < values.length; i++) {
        statement.setObject(i + 1, values[i]);
      }
      return statement.executeUpdate();
    }
  }

  private interface Work<T> {
    T on(Connection connection) throws SQLException;
  }

  private <T> T with(Work<T> work) throws Unavailable {
    Properties login = new Properties();
    login.setProperty("user", database.user());
    login.setProperty("password", database.password());
    if (database.url().startsWith("jdbc:postgresql:")) {
      login.setProperty("connectTimeout", "5");
      login.setProperty("socketTimeout", ANSWER_WITHIN_S);
    }
    try (Connection connection = DriverManager.getConnection(database.url(), login)) {
      return work.on(connection);
    } catch (SQLException failure) {
      throw new Unavailable("the database did not do it: " + failure.getMessage(), failure);
    }
  }
}
