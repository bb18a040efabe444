// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.util.List;
import picocli.CommandLine.Option;

/** Which cluster is measured, and how hard it is driven. */
final class ClusterOptions {
  @Option(
      names = "--address",
      split = ",",
      paramLabel = "HOST:PORT",
      defaultValue = "127.0.0.1:8470",
      description = "All scheduler nodes of the cluster (default: ${DEFAULT-VALUE}).")
  List<String> addresses = List.of();

  @Option(
      names = "--database",
      paramLabel = "URL",
      defaultValue = "",
      description = "JDBC URL of its journal; without it the journal is not checked.")
  String database = "";

  @Option(
      names = "--user",
      defaultValue = "mosu",
      description = "User of the database (default: ${DEFAULT-VALUE}).")
  String user = "";

  @Option(
      names = "--tenants",
      defaultValue = "8",
      description = "Tenants that submit in turn (default: ${DEFAULT-VALUE}).")
  int tenants;

  @Option(
      names = "--in-flight",
      defaultValue = "64",
      description = "Submissions that wait for their answer at once (default: ${DEFAULT-VALUE}).")
  int inFlight;

  @Option(
      names = "--rate",
      defaultValue = "0",
      paramLabel = "PER_S",
      description = "Submissions per second at most; 0: as fast as answers come.")
  double perSecond;

  @Option(
      names = "--warm-up",
      defaultValue = "12000",
      paramLabel = "TASKS",
      description = {
        "Tasks of one GPU that are placed and cancelled before the measurement",
        "(default: ${DEFAULT-VALUE}): a scheduler that has just started compiles its own code."
      })
  int warmUp;

  @Option(
      names = "--quiet",
      defaultValue = "8",
      paramLabel = "S",
      description = {
        "The run is over when nothing was placed for so long (default: ${DEFAULT-VALUE});",
        "must be longer than the cluster's mosu.tenant.review."
      })
  double quietS;
}
