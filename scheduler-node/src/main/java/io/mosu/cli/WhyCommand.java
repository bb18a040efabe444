// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintStream;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
    name = "why",
    description =
        "Say why a job waits or runs where it does: who was asked, and what they answered.")
final class WhyCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  String job = "";

  WhyCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    JsonObject why = client.json(Request.get("/v1/jobs/" + Request.encode(job) + "/why"));
    if (options.isJson()) {
      options.print(session, why);
    } else {
      print(why);
    }
    return ExitCodes.OK;
  }

  private void print(JsonObject why) {
    PrintStream out = session.out();
    out.println(why.cell("job") + " " + why.cell("state") + ": " + why.cell("summary"));
    if (!why.cell("setback").equals("-")) {
      out.println(why.cell("setback"));
    }
    printDecision(why.object("decision"));
  }

  private void printDecision(@Nullable JsonObject decision) {
    PrintStream out = session.out();
    if (decision == null) {
      out.println("No node has been asked yet.");
      return;
    }
    out.println();
    Table facts = new Table("", "");
    facts.row("negotiation:", decision.cell("negotiation") + ", " + when(decision));
    facts.row("asked:", counted(decision.number("invited", 0), "node") + rounds(decision));
    String chosen = decision.joined("chosen");
    facts.row("rule:", decision.cell("rule"));
    facts.row("chosen:", chosen.equals("-") ? "none" : chosen);
    facts.print(out, false);
    Table proposals = new Table("PROPOSAL", "TASKS", "SCORE", "OUTCOME");
    for (JsonObject proposal : decision.objects("proposals")) {
      proposals.row(
          proposal.cell("node"),
          proposal.cell("tasks"),
          proposal.cell("score"),
          proposal.cell("outcome"));
    }
    Table refusals = new Table("REFUSAL", "NODES", "EXAMPLE", "DETAIL");
    for (JsonObject refusal : decision.objects("refusals")) {
      refusals.row(
          refusal.cell("reason"),
          refusal.cell("count"),
          refusal.cell("example"),
          refusal.cell("detail"));
    }
    print(proposals);
    print(refusals);
  }

  private void print(Table table) {
    if (!table.isEmpty()) {
      session.out().println();
      options.print(session, table);
    }
  }

  private String when(JsonObject decision) {
    String age = Age.of(decision.text("at"), session.clock().instant());
    return decision.cell("at") + (age.equals("-") ? "" : " (" + age + " ago)");
  }

  private static String rounds(JsonObject decision) {
    int rounds = decision.number("rounds", 0);
    return rounds == 0 ? "" : " in " + counted(rounds, "round");
  }

  private static String counted(int count, String noun) {
    return count + " " + noun + (count == 1 ? "" : "s");
  }
}
