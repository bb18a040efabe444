// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.cluster.MosuSettings;
import io.mosu.scheduler.cluster.Schema;
import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.tenant.TenantEvent;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** On H2, whose journal has the columns of PostgreSQL's. */
class JournalWatchTest {
  private static final String ACME = "Tenant|acme";
  private static final String GLOBEX = "Tenant|globex";

  private final String url = "jdbc:h2:mem:watch-" + System.nanoTime() + ";DB_CLOSE_DELAY=-1";

  /** The manifest of a row is the epoch that it claims. */
  private final JournalCheck check =
      new JournalCheck((manifest, bytes) -> new TenantEvent.EpochClaimed(Long.parseLong(manifest)));

  private final JournalWatch watch = new JournalWatch(new JournalReader(url, "sa", ""), check);
  private long writtenMs = 1_000_000;

  @BeforeEach
  void create() throws Exception {
    Schema.apply(new MosuSettings.Database(url, "sa", "", 1, true));
  }

  @Test
  void newRowsAreTakenInOnce() throws SQLException {
    write(ACME, 1, 1);
    write(GLOBEX, 1, 1);
    assertThat(watch.look()).isEmpty();
    write(ACME, 2, 2);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.look()).isEmpty();
    assertThat(watch.latest().rows()).isEqualTo(3);
  }

  @Test
  void violationIsToldOnce() throws SQLException {
    write(ACME, 1, 1);
    assertThat(watch.look()).isEmpty();
    write(ACME, 2, 9);
    assertThat(watch.look()).extracting(Violation::rule).containsExactly(Rule.EPOCHS);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.latest().violationCount()).isEqualTo(1);
  }

  @Test
  void rowThatWasCommittedLateIsStillTakenIn() throws SQLException {
    write(ACME, 1, 1);
    long later = writtenMs;
    write(GLOBEX, 2, 2); // its first row has a lower number, and comes later
    delete(GLOBEX);
    watch.look();
    insert(GLOBEX, 1, 1, later, 2);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.latest().rows()).isEqualTo(2);
  }

  @Test
  void oldRowsAreNotReadAgain() throws SQLException {
    for (int i = 1; i <= 100; i++) {
      write(ACME, i, i);
      writtenMs += 10_000;
    }
    watch.look();
    delete(ACME);
    write(ACME, 101, 101);
    assertThat(watch.look()).isEmpty();
    assertThat(watch.latest().rows()).isEqualTo(101);
  }

  private void write(String id, long sequence, long epoch) throws SQLException {
    insert(id, sequence, epoch, writtenMs++, 0);
  }

  private void delete(String id) throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        PreparedStatement delete =
            connection.prepareStatement(
                "DELETE FROM \"event_journal\" WHERE \"persistence_id\" = ?")) {
      delete.setString(1, id);
      delete.executeUpdate();
    }
  }

  private void insert(String id, long sequence, long epoch, long ms, long ordering)
      throws SQLException {
    try (Connection connection = DriverManager.getConnection(url, "sa", "");
        PreparedStatement insert =
            connection.prepareStatement(
                "INSERT INTO \"event_journal\" (\"persistence_id\", \"sequence_number\", \"writer\","
                    + " \"write_timestamp\", \"adapter_manifest\", \"event_payload\","
                    + " \"event_ser_id\", \"event_ser_manifest\""
                    + (ordering > 0
                        ? ", \"ordering\") VALUES (?, ?, '', ?, '', '', 1, ?, ?)"
                        : ")" + " VALUES (?, ?, '', ?, '', '', 1, ?)"))) {
      insert.setString(1, id);
      insert.setLong(2, sequence);
      insert.setLong(3, ms);
      insert.setString(4, Long.toString(epoch));
      if (ordering > 0) {
        insert.setLong(5, ordering);
      }
      insert.executeUpdate();
    }
  }
}
