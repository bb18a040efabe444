// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;

/** One agent in a JVM of its own, with the doors of some scheduler nodes, that can be killed. */
public final class ForkedAgent implements AutoCloseable {

  private static final Duration STOP_LIMIT = Duration.ofSeconds(20);

  private final String name;
  private final List<String> verb;
  private ForkedProcess process;

  private ForkedAgent(String name, List<String> verb) {
    this.name = name;
    this.verb = List.copyOf(verb);
    this.process = fork();
  }

  /** {@code arguments}: those of {@code mosu agent}, without --door. */
  public static ForkedAgent start(
      String name, List<ForkedServer.Ports> doors, List<String> arguments) {
    List<String> verb = new ArrayList<>(List.of("agent", "--door"));
    verb.add(
        doors.stream()
            .map(ports -> "http://127.0.0.1:" + ports.http())
            .collect(Collectors.joining(",")));
    verb.addAll(arguments);
    return new ForkedAgent(name, verb);
  }

  public boolean isAlive() {
    return process.isAlive();
  }

  public void kill9() {
    process.kill9();
  }

  public void pause() {
    process.signal("STOP");
  }

  public void resume() {
    process.signal("CONT");
  }

  /** By SIGTERM; false where it had to be killed. */
  public boolean stop() {
    return process.stop("TERM", STOP_LIMIT);
  }

  /** A new process with the same identity; the old one must have ended. */
  public void restart() {
    if (process.isAlive()) {
      throw new IllegalStateException(name + " still runs");
    }
    process = fork();
  }

  @Override
  public void close() {
    if (process.isAlive()) {
      process.kill9();
    }
  }

  private ForkedProcess fork() {
    return ForkedMosu.fork(name, List.of(), verb, Map.of());
  }
}
