// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.HashMap;
import java.util.Map;

/** One call of the program inside the test: what it printed and its exit code. */
record Cli(int exitCode, String out, String err) {

  static Cli mosu(FakeSchedulerNode node, String... args) {
    return mosu(Map.of("MOSU_ADDR", node.address()), "", Clock.systemUTC(), args);
  }

  static Cli mosu(Map<String, String> environment, String... args) {
    return mosu(environment, "", Clock.systemUTC(), args);
  }

  static Cli mosu(Map<String, String> environment, String input, Clock clock, String... args) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    ByteArrayOutputStream err = new ByteArrayOutputStream();
    Session session =
        new Session(
            new PrintStream(out, true, StandardCharsets.UTF_8),
            new PrintStream(err, true, StandardCharsets.UTF_8),
            new ByteArrayInputStream(input.getBytes(StandardCharsets.UTF_8)),
            new HashMap<>(environment),
            clock);
    int exitCode = MosuCommandLine.execute(args, session);
    return new Cli(
        exitCode, out.toString(StandardCharsets.UTF_8), err.toString(StandardCharsets.UTF_8));
  }
}
