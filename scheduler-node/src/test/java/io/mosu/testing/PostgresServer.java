// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A throw-away PostgreSQL of the system's binaries on a free port, with an empty database and no
 * password. As root it runs as the user postgres, or nobody: PostgreSQL refuses root.
 */
public final class PostgresServer implements AutoCloseable {

  private static final String USER = "mosu";
  private static final Duration START_LIMIT = Duration.ofSeconds(30);
  private static final Duration STOP_LIMIT = Duration.ofSeconds(15);

  private final Path binaries;
  private final List<String> asOwner;
  private final Path home;
  private final Path log;
  private final int port;
  private ForkedProcess process;

  private PostgresServer(Path binaries, List<String> asOwner, Path home) {
    this.binaries = binaries;
    this.asOwner = asOwner;
    this.home = home;
    this.log = home.resolve("log");
    this.port = FreePorts.take(1).get(0);
    makeDatabase();
    this.process = fork();
  }

  public static PostgresServer start() {
    List<String> asOwner = asOwner();
    PostgresServer server = new PostgresServer(binaries(), asOwner, home(asOwner));
    server.awaitConnections();
    return server;
  }

  public String url() {
    return "jdbc:postgresql://127.0.0.1:" + port + "/" + USER;
  }

  public String user() {
    return USER;
  }

  public Connection connect() throws SQLException {
    return DriverManager.getConnection(url(), USER, "");
  }

  public void kill9() {
    process.kill9();
  }

  /** Stops answering without closing a connection. */
  public void pause() {
    process.signal("STOP");
  }

  public void resume() {
    process.signal("CONT");
  }

  /** Starts it on its old data and port, after {@link #kill9} or in place of a running one. */
  public void restart() {
    stop();
    process = fork();
    awaitConnections();
  }

  @Override
  public void close() {
    stop();
    try (Stream<Path> files = Files.walk(home)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.delete(file);
      }
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private void stop() {
    if (process.isAlive()) {
      process.signal("CONT");
      process.stop("INT", STOP_LIMIT);
    }
  }

  private void makeDatabase() {
    String data = home.resolve("data").toString();
    run(List.of("initdb", "-D", data, "-U", USER, "-A", "trust", "-E", "UTF8", "--no-sync"));
    try {
      Path statement = Files.writeString(home.resolve("create.sql"), "CREATE DATABASE " + USER);
      ForkedProcess.run(
          command(List.of("postgres", "--single", "-D", data, "postgres"))
              .redirectInput(statement.toFile()),
          log);
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private ForkedProcess fork() {
    List<String> words = new ArrayList<>(List.of("postgres"));
    words.addAll(List.of("-D", home.resolve("data").toString()));
    words.addAll(List.of("-h", "127.0.0.1", "-p", Integer.toString(port), "-k", ""));
    return ForkedProcess.start(command(words), log);
  }

  /**
   * A server killed a moment ago may leave backends that hold its memory: then it is tried again.
   */
  private void awaitConnections() {
    long end = System.nanoTime() + START_LIMIT.toNanos();
    while (!process.awaitWhileAlive(this::accepts, START_LIMIT)) {
      if (process.isAlive() || System.nanoTime() > end) {
        process.kill9();
        throw new IllegalStateException("PostgreSQL does not start:\n" + process.tail());
      }
      process = fork();
    }
  }

  private boolean accepts() {
    try (Connection connection = connect()) {
      return connection.isValid(1);
    } catch (SQLException notYet) {
      return false;
    }
  }

  private void run(List<String> words) {
    ForkedProcess.run(command(words), log);
  }

  private ProcessBuilder command(List<String> words) {
    List<String> all = new ArrayList<>(asOwner);
    all.add(binaries.resolve(words.get(0)).toString());
    all.addAll(words.subList(1, words.size()));
    return new ProcessBuilder(all).directory(home.toFile());
  }

  private static Path binaries() {
    try (Stream<Path> versions = Files.list(Path.of("/usr/lib/postgresql"))) {
      return versions
          .map(version -> version.resolve("bin"))
          .filter(bin -> Files.isExecutable(bin.resolve("postgres")))
          .max(Comparator.naturalOrder())
          .orElseThrow(() -> new IllegalStateException("PostgreSQL is not installed"));
    } catch (IOException failure) {
      throw new IllegalStateException("PostgreSQL is not installed", failure);
    }
  }

  private static List<String> asOwner() {
    if (!"root".equals(System.getProperty("user.name"))) {
      return List.of();
    }
    String[] owner =
        user("postgres")
            .or(() -> user("nobody"))
            .orElseThrow(() -> new IllegalStateException("no user to run PostgreSQL as"))
            .split(":", -1);
    return List.of("setpriv", "--reuid=" + owner[2], "--regid=" + owner[3], "--clear-groups");
  }

  /** Its line in the list of users. */
  private static Optional<String> user(String name) {
    try (Stream<String> users = Files.lines(Path.of("/etc/passwd"))) {
      return users.filter(line -> line.startsWith(name + ":")).findFirst();
    } catch (IOException failure) {
      return Optional.empty();
    }
  }

  /** Under target/, or in the system's temporary folder where the owner may not enter that one. */
  private static Path home(List<String> asOwner) {
    try {
      Path target = Files.createDirectories(Path.of("target").toAbsolutePath());
      Path here = Files.createTempDirectory(target, "postgres-");
      if (owns(here, asOwner)) {
        return here;
      }
      Files.delete(here);
      Path elsewhere = Files.createTempDirectory("postgres-");
      if (owns(elsewhere, asOwner)) {
        return elsewhere;
      }
      throw new IllegalStateException("no folder that PostgreSQL may write to");
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static boolean owns(Path folder, List<String> asOwner) throws IOException {
    if (asOwner.isEmpty()) {
      return true;
    }
    int uid = Integer.parseInt(asOwner.get(1).split("=", 2)[1]);
    Files.setAttribute(folder, "unix:uid", uid);
    List<String> probe = new ArrayList<>(asOwner);
    probe.addAll(List.of("test", "-w", folder.toString()));
    return ForkedProcess.start(new ProcessBuilder(probe), Path.of("/dev/null"))
        .succeeds(Duration.ofSeconds(5));
  }
}
