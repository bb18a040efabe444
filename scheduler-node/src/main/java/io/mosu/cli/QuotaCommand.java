// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code mosu quota set}: what a tenant may use. */
@Command(name = "quota", description = "What tenants may use: set; mosu tenant shows it.")
final class QuotaCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean isHelpAsked;

  @Command(
      name = "set",
      description = {
        "Set a tenant's quota, whole; what is not named is not limited.",
        "A tenant gets what it is guaranteed back from those who borrowed it: their youngest jobs are"
            + " ended with signal and grace, and wait again."
      })
  static final class Set implements Callable<Integer> {
    private final Session session;
    @Mixin final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "TENANT", description = "The tenant's id.")
    String id = "";

    @Option(
        names = "--guaranteed",
        paramLabel = "GPUS",
        description = "GPUs that it gets whenever it needs them (0).")
    @Nullable Long guaranteed;

    @Option(
        names = "--limit",
        paramLabel = "GPUS",
        description = "GPUs that it never goes beyond (none).")
    @Nullable Long limit;

    @Option(
        names = "--weight",
        paramLabel = "N",
        description = "Its part of what is lent against that of others, 1 to 1000 (1).")
    @Nullable Long weight;

    Set(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      StringBuilder query = new StringBuilder();
      add(query, "guaranteed", guaranteed);
      add(query, "limit", limit);
      add(query, "weight", weight);
      JsonObject tenant =
          options
              .client(session)
              .json(Request.post("/v1/tenants/" + Request.encode(id) + ":quota" + query));
      TenantCommand.print(session, options, tenant, List.of(tenant));
      return ExitCodes.OK;
    }

    private static void add(StringBuilder query, String name, @Nullable Long value) {
      if (value != null) {
        query.append(query.isEmpty() ? '?' : '&').append(name).append('=').append(value);
      }
    }
  }
}
