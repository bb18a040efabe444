// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.pki;

import io.mosu.cli.ServiceLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/** {@code mosu ca}: a development authority in a folder. */
@Command(
    name = "mosu ca",
    synopsisSubcommandLabel = "init|node|agent|token|show",
    description = "A development authority for the certificates of a cluster.")
public final class CaMain {
  private static final int USAGE = 64;
  private static final int TOKEN_MINUTES_MAX = 60;

  /** All scheduler nodes share this name: it is by the name that they know each other. */
  public static final String NODE_NAME = "mosu-scheduler";

  private static final String CERTIFICATE = "ca.crt";
  private static final String KEY = "ca.key";
  private final PrintStream out;
  @Spec private CommandSpec spec = CommandSpec.create();

  @Option(
      names = "--dir",
      scope = CommandLine.ScopeType.INHERIT,
      paramLabel = "DIR",
      defaultValue = ".mosu/ca",
      description = "Where the authority is (${DEFAULT-VALUE}). Whoever reads it can join.")
  private Path directory = Path.of(".mosu/ca");

  private CaMain(PrintStream out) {
    this.out = out;
  }

  public static void main(String[] args) {
    System.exit(run(args, System.out, System.err));
  }

  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLine line =
        ServiceLine.of(
                new CommandLine(new CaMain(out)),
                err,
                "mosu ca --help lists the verbs",
                "mosu ca init makes an authority; --dir names another folder")
            .setUsageHelpWidth(100);
    if (args.length == 0 || List.of("--help", "-h").contains(args[0])) {
      line.usage(out);
      return args.length == 0 ? USAGE : 0;
    }
    return line.execute(args);
  }

  @Command(name = "init", description = "Makes the authority, once.")
  int init(
      @Option(names = "--days", defaultValue = "3650", description = "(${DEFAULT-VALUE})") int days)
      throws IOException {
    if (Files.exists(directory.resolve(KEY))) {
      throw new ParameterException(
          spec.commandLine(), "there is an authority in " + directory + " already");
    }
    Authority authority = Authority.create("Mosu cluster", days(days), Instant.now());
    Authority agents = Authority.create("Mosu agents", days(days), Instant.now());
    Pem.folder(directory);
    Pem.write(directory.resolve(TlsFolder.AGENTS_KEY), agents.key());
    Pem.write(directory.resolve(TlsFolder.AGENTS_AUTHORITY), agents.certificate());
    Pem.write(directory.resolve(KEY), authority.key());
    Pem.write(directory.resolve(CERTIFICATE), authority.certificate());
    out.println("made the authority in " + directory);
    return 0;
  }

  @Command(
      name = "node",
      description = {
        "Issues a scheduler node's certificate: tls.key, tls.crt, ca.crt and agents.crt in DIR, for",
        "MOSU_CERTIFICATES. Issued again, it is taken up within 5 minutes, without a restart."
      })
  int node(
      @Parameters(paramLabel = "DIR") Path target,
      @Option(
              names = "--host",
              split = ",",
              paramLabel = "NAME",
              defaultValue = "localhost,127.0.0.1",
              description = "Names and addresses that clients know it by (${DEFAULT-VALUE}).")
          List<String> hosts,
      @Option(
              names = "--enrol",
              description = {
                "Lets agents join with tokens and renew: puts the agents' authority's key there as well.",
                "Whoever has that can speak for any node."
              })
          boolean enrol,
      @Option(names = "--days", defaultValue = "90", description = "(${DEFAULT-VALUE})") int days)
      throws IOException {
    Authority authority = read();
    List<String> names = new ArrayList<>(List.of(NODE_NAME));
    names.addAll(hosts);
    Authority.Issued issued = authority.issue(names, days(days), Instant.now());
    Pem.folder(target);
    Pem.write(target.resolve(CERTIFICATE), authority.certificate());
    Pem.write(
        target.resolve(TlsFolder.AGENTS_AUTHORITY),
        Pem.certificate(directory.resolve(TlsFolder.AGENTS_AUTHORITY)));
    if (enrol) {
      Pem.write(target.resolve(TlsFolder.AGENTS_KEY), Authority.ofAgents(directory).key());
    }
    write(target, issued);
    out.printf(
        Locale.ROOT,
        "issued %s, valid until %s, in %s%n",
        NODE_NAME,
        issued.certificate().getNotAfter().toInstant(),
        target);
    return 0;
  }

  @Command(
      name = "agent",
      description = {
        "Issues an agent's certificate: tls.key, tls.crt and ca.crt in DIR, for --certificates of",
        "mosu agent. Issued again, it is taken up at the agent's next connection."
      })
  int agent(
      @Parameters(paramLabel = "DIR") Path target,
      @Mixin Names names,
      @Option(names = "--days", defaultValue = "30", description = "(${DEFAULT-VALUE})") int days)
      throws IOException {
    Authority.Issued issued =
        Authority.ofAgents(directory).issueAgent(names.nodes, days(days), Instant.now());
    Pem.folder(target);
    Pem.write(target.resolve(CERTIFICATE), read().certificate());
    write(target, issued);
    out.printf(
        Locale.ROOT,
        "issued an agent's for %s, valid until %s, in %s%n",
        String.join(", ", names.nodes),
        issued.certificate().getNotAfter().toInstant(),
        target);
    return 0;
  }

  @Command(
      name = "token",
      description = {
        "Prints a token with which one agent joins, once: mosu agent --certificates DIR --join TOKEN",
        "gets its first certificate by it, and renews that by itself. Scheduler nodes need --enrol."
      })
  int token(
      @Mixin Names names,
      @Option(
              names = "--minutes",
              defaultValue = "15",
              description = "How long it can be used: 1 to 60 (${DEFAULT-VALUE}).")
          int minutes)
      throws IOException {
    if (minutes < 1 || minutes > TOKEN_MINUTES_MAX) {
      throw new ParameterException(spec.commandLine(), "--minutes must be 1 to 60");
    }
    Instant until = Instant.now().plus(Duration.ofMinutes(minutes));
    JoinToken token = JoinToken.create(names.nodes, until, read().certificate());
    out.println(token.signed(Authority.ofAgents(directory).key()));
    return 0;
  }

  /** For which nodes an agent may speak. */
  static final class Names {
    @Spec(Spec.Target.MIXEE)
    private CommandSpec command = CommandSpec.create();

    private List<String> nodes = List.of();

    @Option(
        names = "--for",
        split = ",",
        paramLabel = "NODE",
        required = true,
        description = "Ids of nodes that it may speak for; rack-7-* for all that begin so.")
    void nodes(List<String> given) {
      for (String node : given) {
        if (!JoinToken.NAME.matcher(node).matches()) {
          throw new ParameterException(command.commandLine(), "'" + node + "' is no id of a node");
        }
      }
      nodes = List.copyOf(given);
    }
  }

  /** The key first: whoever reads between the two finds that they do not fit, and waits. */
  private static void write(Path target, Authority.Issued issued) throws IOException {
    Pem.write(target.resolve(TlsFolder.KEY), issued.key());
    Pem.write(target.resolve(TlsFolder.CERTIFICATE), issued.certificate());
  }

  @Command(name = "show", description = "Says what the authority is.")
  int show() throws IOException {
    Authority authority = read();
    out.println("subject      " + authority.certificate().getSubjectX500Principal());
    out.println("serial       " + authority.certificate().getSerialNumber().toString(16));
    out.println("valid until  " + authority.certificate().getNotAfter().toInstant());
    return 0;
  }

  private Authority read() throws IOException {
    return new Authority(
        Pem.certificate(directory.resolve(CERTIFICATE)), Pem.key(directory.resolve(KEY)));
  }

  private Duration days(int days) {
    if (days < 1) {
      throw new ParameterException(spec.commandLine(), "--days must be at least 1");
    }
    return Duration.ofDays(days);
  }
}
