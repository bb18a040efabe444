// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class SchemaTest {

  @Test
  void appliesToH2Twice() throws Exception {
    var database = database("jdbc:h2:mem:schema;DB_CLOSE_DELAY=-1");
    Schema.apply(database);
    Schema.apply(database);
    assertThat(tables(database)).contains("event_journal", "event_tag", "snapshot");
  }

  @Test
  void aDatabaseThatIsAwayIsToldInOneLine() throws IOException {
    String url = "jdbc:postgresql://127.0.0.1:" + closedPort() + "/mosu";
    assertThatThrownBy(() -> Schema.apply(database(url + "?ssl=false&password=squirrel")))
        .isInstanceOf(Schema.Unavailable.class)
        .hasMessageStartingWith("cannot prepare the database " + url + " as user mosu: ")
        .hasMessageContaining("refused")
        .hasMessageNotContainingAny("squirrel", "\n");
  }

  private static int closedPort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }

  private static MosuSettings.Database database(String url) {
    return new MosuSettings.Database(url, "mosu", "", 1, true);
  }

  private static List<String> tables(MosuSettings.Database database) throws SQLException {
    try (Connection connection = DriverManager.getConnection(database.url(), "mosu", "");
        ResultSet found = connection.getMetaData().getTables(null, "PUBLIC", null, null)) {
      List<String> names = new ArrayList<>();
      while (found.next()) {
        names.add(found.getString("TABLE_NAME"));
      }
      return names;
    }
  }
}
