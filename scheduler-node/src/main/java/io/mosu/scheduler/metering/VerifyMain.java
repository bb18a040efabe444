// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import io.mosu.cli.ServiceLine;
import io.mosu.scheduler.wire.JournalEvents;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.concurrent.Callable;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code mosu verify}: checks the journal in a database, running or at rest. */
@Command(
    name = "mosu verify",
    description = {
      "Reads a whole journal and holds it against the invariants: no device leased twice, no lease"
          + " without a job, no job lost, doubled or run twice at once. With --ledger also what agents wrote"
          + " down themselves. Reads only.",
      "",
      "Exit codes: 0 all hold; 1 violations, or it is empty or cannot be read; 64 usage."
    })
public final class VerifyMain implements Callable<Integer> {

  private static final int BROKEN = 1;
  private static final int USAGE = 64;
  private static final int NAMED_MAX = 50;
  private static final int FOLLOW_MAX_S = 3_600;

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
      names = "--history",
      paramLabel = "FILE",
      description =
          "What a client was told: a line JOB for an accepted submission, with key=KEY where it had an"
              + " idempotency key; JOB STATE for a job that it saw ended; may be given several times.")
  List<Path> histories = new ArrayList<>();

  @Option(
      names = "--shown",
      paramLabel = "FILE",
      description =
          "What a scheduler node answers to GET /v1/tenants or /v1/nodes; of a cluster at rest, so only"
              + " with --settled; may be given several times.")
  List<Path> shownFiles = new ArrayList<>();

  @Option(
      names = "--follow",
      paramLabel = "SECONDS",
      description =
          "Goes on, and looks so often at what the journal has gained: a line ALERT for each new"
              + " violation, until it is interrupted. 1 to 3600.")
  @Nullable Integer follow;

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
    CommandLine line =
        ServiceLine.of(
            new CommandLine(new VerifyMain()),
            System.err,
            "see `mosu verify --help`",
            "is the database up, and --database its JDBC URL?");
    System.exit(line.execute(args));
  }

  @Override
  public Integer call() throws InterruptedException {
    if (follow != null) {
      return follow(follow);
    }
    if (!shownFiles.isEmpty() && !settled) {
      System.err.println("error: --shown needs --settled: boards follow the journal");
      return USAGE;
    }
    LedgerCheck ledger = new LedgerCheck();
    ledgers.forEach(ledger::read);
    HistoryCheck history = new HistoryCheck();
    histories.forEach(history::read);
    ShownCheck shown = new ShownCheck();
    shownFiles.forEach(shown::read);
    // read last: what ran, and what was told, was journaled before
    JournalCheck journal = JournalCheck.folded(database, user);
    JournalReport report = journal.report();
    System.out.println(report.table());
    boolean ok = report.ok();
    if (settled && !report.settled()) {
      System.out.println("not at rest: a lease is on its way from or to a job");
      ok = false;
    }
    if (!ledgers.isEmpty()) {
      List<Violation> found = ledger.check(journal::granted); // counts the starts
      System.out.printf("%n%-20s %,12d%n", "ledger lines", ledger.lines());
      System.out.printf("%-20s %,12d%n", "tasks started", ledger.starts());
      least("fence to device, ms", ledger.fenceToDeviceMs());
      least("fence to task, ms", ledger.fenceToTaskMs());
      ok &= none("ledgers", found);
    }
    if (!histories.isEmpty()) {
      System.out.printf("%n%-20s %,12d%n", "clients were told", history.lines());
      ok &=
          none(
              "histories",
              history.check(
                  job -> Optional.ofNullable(journal.key(job)),
                  job -> Optional.ofNullable(journal.state(job))));
    }
    if (!shownFiles.isEmpty()) {
      System.out.println();
      ok &= none("what is shown", shown.check(journal.tenants(), journal.nodes()));
    }
    return ok ? 0 : BROKEN;
  }

  private int follow(int seconds) throws InterruptedException {
    if (seconds < 1 || seconds > FOLLOW_MAX_S) {
      System.err.println("error: --follow takes 1 to 3600 seconds");
      return USAGE;
    }
    String password = System.getenv().getOrDefault("MOSU_DATABASE_PASSWORD", "");
    JournalWatch watch =
        new JournalWatch(
            new JournalReader(database, user, password), new JournalCheck(JournalEvents::read));
    while (true) {
      try {
        watch.look().forEach(found -> System.out.println("ALERT " + Instant.now() + " " + found));
        JournalReport report = watch.latest();
        System.out.printf(
            "%s rows %,d, active jobs %,d, leases %,d, violations %d%n",
            Instant.now().truncatedTo(ChronoUnit.SECONDS),
            report.rows(),
            report.activeJobs(),
            report.leases(),
            report.violationCount());
      } catch (SQLException away) {
        System.out.println("ALERT " + Instant.now() + " no database: " + away.getMessage());
      }
      TimeUnit.SECONDS.sleep(seconds);
    }
  }

  private static void least(String what, OptionalLong ms) {
    ms.ifPresent(least -> System.out.printf("%-20s %,12d%n", what, least));
  }

  private static boolean none(String of, List<Violation> found) {
    found.stream().limit(NAMED_MAX).forEach(System.out::println);
    System.out.println("violations of " + of + ": " + found.size());
    return found.isEmpty();
  }
}
