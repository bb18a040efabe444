// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "tenant", description = "Who submits jobs: ls, show.")
final class TenantCommand {
  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean isHelpAsked;

  @Command(name = "ls", description = "List the tenants, what they use and what they wait for.")
  static final class Ls implements Callable<Integer> {
    private final Session session;
    @Mixin final ClientOptions options = new ClientOptions();

    Ls(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      JsonObject tenants = options.client(session).json(Request.get("/v1/tenants"));
      print(session, options, tenants, tenants.objects("tenants"));
      return ExitCodes.OK;
    }
  }

  @Command(name = "show", description = "Show one tenant.")
  static final class Show implements Callable<Integer> {
    private final Session session;
    @Mixin final ClientOptions options = new ClientOptions();

    @Parameters(paramLabel = "TENANT", description = "The tenant's id.")
    String id = "";

    Show(Session session) {
      this.session = session;
    }

    @Override
    public Integer call() {
      JsonObject tenant =
          options.client(session).json(Request.get("/v1/tenants/" + Request.encode(id)));
      print(session, options, tenant, List.of(tenant));
      return ExitCodes.OK;
    }
  }

  static void print(
      Session session, ClientOptions options, JsonObject answer, List<JsonObject> tenants) {
    if (options.isJson()) {
      options.print(session, answer);
      return;
    }
    Table table =
        new Table(
            "TENANT",
            "QUEUED",
            "RUNNING",
            "ENDED",
            "GPUS-USED",
            "GPUS-WAITING",
            "GUARANTEED",
            "LIMIT",
            "WEIGHT");
    for (JsonObject tenant : tenants) {
      table.row(
          tenant.cell("id"),
          tenant.cell("queued"),
          tenant.cell("running"),
          tenant.cell("ended"),
          tenant.cell("gpusUsed"),
          tenant.cell("gpusWaiting"),
          tenant.cell("gpusGuaranteed"),
          tenant.cell("gpusLimit"),
          tenant.cell("weight"));
    }
    options.print(session, table);
  }
}
