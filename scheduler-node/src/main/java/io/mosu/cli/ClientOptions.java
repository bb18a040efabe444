// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Option;

/** The options that every client verb has. */
final class ClientOptions {
  private static final int REQUEST_PATIENCE_S = 3;
  private static final int WATCH_PATIENCE_S = 60;

  enum Output {
    table,
    json
  }

  @Option(
      names = {"-o", "--output"},
      paramLabel = "table|json",
      description = "How to print: ${COMPLETION-CANDIDATES} (default: ${DEFAULT-VALUE}).",
      defaultValue = "table")
  Output output = Output.table;

  @Option(
      names = "--address",
      paramLabel = "HOST:PORT,...",
      description =
          "Scheduler nodes to try, in this order (default: $MOSU_ADDR, or"
              + " http://127.0.0.1:8470).")
  @Nullable String address;

  @Option(
      names = "--retry-for",
      paramLabel = "SECONDS",
      description =
          "How long to try again when no scheduler node answers (default: 3 for one request, 60"
              + " while a job runs).")
  @Nullable Integer retryForSeconds;

  @Option(names = "--no-headers", description = "Print tables without their header line.")
  boolean isHeaderless;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean isHelpAsked;

  boolean isJson() {
    return output == Output.json;
  }

  ApiClient client(Session session) {
    List<String> addresses = Addresses.of(address, session.environment());
    Trust.install(addresses, session.environment());
    Integer given = retryForSeconds;
    if (given != null && given < 0) {
      throw CliFailure.usage("--retry-for is negative: " + given, "give a number of seconds");
    }
    return new ApiClient(
        addresses,
        session.clock(),
        1000L * (given == null ? REQUEST_PATIENCE_S : given),
        1000L * (given == null ? WATCH_PATIENCE_S : given));
  }

  void print(Session session, JsonObject object) {
    session.out().println(object.pretty());
  }

  void print(Session session, Table table) {
    table.print(session.out(), !isHeaderless);
  }
}
