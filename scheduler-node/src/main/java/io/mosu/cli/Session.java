// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.FileDescriptor;
import java.io.FileOutputStream;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;

/** What a verb may touch of the process around it. */
public record Session(
    PrintStream out,
    PrintStream err,
    InputStream in,
    Map<String, String> environment,
    Clock clock) {

  /** UTF-8 whatever the locale says: logs are bytes, and names may be Chinese. */
  public static Session ofProcess() {
    return new Session(
        new PrintStream(new FileOutputStream(FileDescriptor.out), true, StandardCharsets.UTF_8),
        new PrintStream(new FileOutputStream(FileDescriptor.err), true, StandardCharsets.UTF_8),
        System.in,
        System.getenv(),
        Clock.systemUTC());
  }
}
