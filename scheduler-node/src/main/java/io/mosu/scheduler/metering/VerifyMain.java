// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.Callable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;

/** {@code mosu verify}: checks the journal in a database, running or at rest. */
@Command(
    name = "mosu verify",
    description = {
      "Reads a whole journal and holds it against the invariants: no device leased twice, no lease"
          + " without a job, no job lost, doubled or run twice at once. With --ledger also what agents wrote"
          + " down themselves. Reads only.",
      "",
      "Exit codes: 0 all hold; 1 violations, or it cannot be read; 64 usage."
    })
public final class VerifyMain implements Callable<Integer> {

  private static final int BROKEN = 1;
  private static final int USAGE = 64;
  private static final int NAMED_MAX = 50;

  @Option(
      names = "--database",
      paramLabel = "URL",
      defaultValue = "${env:MOSU_DATABASE_URL:-jdbc:postgresql://127.0.0.1:5432/mosu}",
      description = "JDBC URL of the journal (default: ${DEFAULT-VALUE}).")
  String database = "";

  @Option(
      names = "--user",
      defaultValue = "${env:MOSU_DATABASE_USER:-mosu}",
      description =
          "Its user (default: ${DEFAULT-VALUE}); MOSU_DATABASE_PASSWORD has the password.")
  String user = "";

  @Option(
      names = "--ledger",
      paramLabel = "DIR",
      description =
          "State directory of an agent, or a ledger.jsonl of its, held against the journal; may be"
              + " given several times.")
  List<Path> ledgers = new ArrayList<>();

  @Option(
      names = "--settled",
      description = "The cluster is at rest: a provisional or ending lease is a violation too.")
  boolean settled;

  @Option(
      names = {"-h", "--help"},
      usageHelp = true,
      description = "Show this help and exit.")
  boolean helpAsked;

  private VerifyMain() {}

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    CommandLine line = new CommandLine(new VerifyMain());
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          System.err.println("error: " + wrong.getMessage());
          System.err.println("hint: see `mosu verify --help`");
          return USAGE;
        });
    line.setExecutionExceptionHandler(
        (failed, command, result) -> {
          System.err.println("error: " + failed.getMessage());
          System.err.println("hint: is the database up, and --database its JDBC URL?");
          return BROKEN;
        });
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() {
    JournalCheck journal = JournalCheck.folded(database, user);
    JournalReport report = journal.report();
    System.out.println(report.table());
    boolean ok = report.ok() && (!settled || report.settled());
    if (!ledgers.isEmpty()) {
      LedgerCheck ledger = new LedgerCheck();
      ledgers.forEach(ledger::read);
      List<Violation> found = ledger.check(journal::granted);
      System.out.printf("%n%-20s %,12d%n", "ledger lines", ledger.lines());
      System.out.printf("%-20s %,12d%n", "tasks started", ledger.starts());
      found.stream().limit(NAMED_MAX).forEach(System.out::println);
      System.out.println("violations of ledgers: " + found.size());
      ok &= found.isEmpty();
    }
    return ok ? 0 : BROKEN;
  }
}
