// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.tenant.TenantEntity;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.HashSet;
import java.util.Properties;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * A connection of its own to the database, for looks that must not wait behind the journal. Blocks.
 */
public final class StoreProbe implements AutoCloseable {

  private static final String NODE_PREFIX = NodeEntity.TYPE_KEY.name() + "|";
  private static final String TENANT_PREFIX = TenantEntity.TYPE_KEY.name() + "|";
  private static final int ANSWER_WITHIN_S = 2;

  /** The entities that have journaled. */
  public record Journaled(Set<NodeId> nodes, Set<TenantId> tenants) {}

  private final MosuSettings.Database database;
  private @Nullable Connection connection;

  public StoreProbe(MosuSettings.Database database) {
    this.database = database;
  }

  /** Returns if the database answers. */
  public synchronized void look() throws SQLException {
    try (Statement statement = connected().createStatement()) {
      statement.setQueryTimeout(ANSWER_WITHIN_S);
      statement.execute("SELECT 1");
    } catch (SQLException failure) {
      close();
      throw failure;
    }
  }

  /**
   * What the journal knows. Walks from one persistence id to the next, so that the journal's length
   * does not matter.
   */
  public synchronized Journaled journaled() throws SQLException {
    Set<NodeId> nodes = new HashSet<>();
    Set<TenantId> tenants = new HashSet<>();
    try (PreparedStatement next =
        connected()
            .prepareStatement(
                "SELECT MIN(\"persistence_id\") FROM \"event_journal\""
                    + " WHERE \"persistence_id\" > ?")) {
      String last = "";
      while (true) {
        next.setString(1, last);
        try (ResultSet row = next.executeQuery()) {
          String id = row.next() ? row.getString(1) : null;
          if (id == null) {
            return new Journaled(nodes, tenants);
          }
          if (id.startsWith(NODE_PREFIX)) {
            nodes.add(new NodeId(id.substring(NODE_PREFIX.length())));
          } else if (id.startsWith(TENANT_PREFIX)) {
            tenants.add(new TenantId(id.substring(TENANT_PREFIX.length())));
          }
          last = id;
        }
      }
    }
  }

  @Override
  public synchronized void close() {
    Connection old = connection;
    connection = null;
    if (old != null) {
      try {
        old.close();
      } catch (SQLException alreadyGone) {
        // a dead connection is what is being got rid of
      }
    }
  }

  private Connection connected() throws SQLException {
    Connection open = connection;
    if (open == null) {
      Properties login = new Properties();
      login.setProperty("user", database.user());
      login.setProperty("password", database.password());
      if (database.url().startsWith("jdbc:postgresql:")) {
        login.setProperty("connectTimeout", String.valueOf(ANSWER_WITHIN_S));
        login.setProperty("socketTimeout", String.valueOf(ANSWER_WITHIN_S));
      }
      open = DriverManager.getConnection(database.url(), login);
      connection = open;
    }
    return open;
  }
}
