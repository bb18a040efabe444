// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.Test;

class SchemaIT {

  private static final int NODES = 8;

  /** Often enough for two sessions to create the same table at once. */
  private static final int TIMES = 20;

  private static final PostgresServer POSTGRES = PostgresServer.start();

  @AfterAll
  static void stop() {
    POSTGRES.close();
  }

  @Test
  void manySchedulerNodesMayApplyItAtOnceAndAgain() throws Exception {
    ExecutorService nodes = Executors.newFixedThreadPool(NODES);
    List<Callable<Boolean>> starts = Collections.nCopies(NODES, SchemaIT::applySchema);
    for (int empty = 0; empty < TIMES; empty++) {
      try (Connection connection = POSTGRES.connect();
          Statement statement = connection.createStatement()) {
        statement.execute("DROP SCHEMA public CASCADE; CREATE SCHEMA public");
      }
      for (int again = 0; again < 2; again++) {
        for (Future<Boolean> applied : nodes.invokeAll(starts)) {
          assertThat(applied.get()).isTrue();
        }
      }
    }
    nodes.shutdown();
  }

  @Test
  void whatWasCommittedSurvivesKill9AndFencesASecondWriter() throws Exception {
    applySchema();
    write("tenant|acme", 1);
    POSTGRES.kill9();
    POSTGRES.restart();
    assertThat(rows()).isEqualTo(1);
    assertThatThrownBy(() -> write("tenant|acme", 1)).hasMessageContaining("duplicate key");
  }

  private static boolean applySchema() throws Schema.Unavailable {
    Schema.apply(new MosuSettings.Database(POSTGRES.url(), POSTGRES.user(), "", 1, true));
    return true;
  }

  private static void write(String persistenceId, long sequenceNumber) throws SQLException {
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement()) {
      statement.execute(
          "INSERT INTO event_journal (persistence_id, sequence_number, writer, event_ser_id,"
              + " event_ser_manifest, event_payload) VALUES ('%s', %d, 'w', 1, '', '')"
                  .formatted(persistenceId, sequenceNumber));
    }
  }

  private static long rows() throws SQLException {
    try (Connection connection = POSTGRES.connect();
        Statement statement = connection.createStatement();
        ResultSet counted = statement.executeQuery("SELECT count(*) FROM event_journal")) {
      counted.next();
      return counted.getLong(1);
    }
  }
}
