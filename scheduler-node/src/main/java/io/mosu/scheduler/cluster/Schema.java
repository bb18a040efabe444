// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Properties;

/** The tables under the journal, created where they are missing before anything else starts. */
public final class Schema {

  private static final String CONNECT_TIMEOUT_S = "5";

  private Schema() {}

  /** The database cannot be reached or does not let its tables be created. */
  public static final class Unavailable extends Exception {
    Unavailable(String message, SQLException cause) {
      super(message, cause);
    }
  }

  /** Runs twice without harm, and on several scheduler nodes at once. Blocks: not for actors. */
  public static void apply(MosuSettings.Database database) throws Unavailable {
    String script = read(resource(database.url()));
    try (Connection connection = DriverManager.getConnection(database.url(), login(database));
        Statement statement = connection.createStatement()) {
      statement.execute(script);
    } catch (SQLException failure) {
      throw new Unavailable(
          "cannot prepare the database %s as user %s: %s"
              .formatted(withoutQuery(database.url()), database.user(), firstLine(failure)),
          failure);
    }
  }

  private static String resource(String url) {
    return url.startsWith("jdbc:h2:") ? "/config/schema/h2.sql" : "/config/schema/postgresql.sql";
  }

  static Properties login(MosuSettings.Database database) {
    Properties login = new Properties();
    login.setProperty("user", database.user());
    login.setProperty("password", database.password());
    if (database.url().startsWith("jdbc:postgresql:")) {
      login.setProperty("connectTimeout", CONNECT_TIMEOUT_S);
    }
    return login;
  }

  private static String read(String resource) {
    try (InputStream in = Schema.class.getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException("not on the classpath: " + resource);
      }
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  /** A URL may carry a password behind its question mark or semicolon. */
  private static String withoutQuery(String url) {
    return url.split("[?;]", 2)[0];
  }

  private static String firstLine(SQLException failure) {
    String message = failure.getMessage();
    return message == null
        ? failure.getClass().getSimpleName()
        : message.lines().findFirst().orElse("");
  }
}
