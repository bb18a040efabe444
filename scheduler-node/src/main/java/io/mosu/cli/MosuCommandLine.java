// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Help.Ansi;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.UnmatchedArgumentException;

/** The verbs of {@code mosu}, put together from what one call needs. */
public final class MosuCommandLine {
  private static final List<String> VERBS =
      List.of(
          "dev",
          "server",
          "agent",
          "run",
          "submit",
          "wait",
          "ps",
          "why",
          "logs",
          "exec",
          "tunnel",
          "cancel",
          "hold",
          "release",
          "requeue",
          "priority",
          "node",
          "freeze",
          "thaw",
          "tenant",
          "quota",
          "verify",
          "simulate",
          "ca");

  private MosuCommandLine() {}

  @Command(
      name = "mosu",
      synopsisSubcommandLabel = "VERB",
      description = "Mosu pools the GPUs of many suppliers behind one scheduler.")
  static final class Root {
    @Option(
        names = {"-h", "--help"},
        usageHelp = true,
        description = "Show this help and exit.")
    boolean isHelpAsked;
  }

  /** Stands in the help for a verb that the program runs before it comes to the client's verbs. */
  @Command
  static final class Service {}

  public static int execute(String[] given, Session session) {
    String[] args = withoutHelpVerb(given);
    CommandLine root = root(args.length == 0 ? null : args[0], session);
    if (args.length == 0) {
      root.usage(session.err(), Ansi.OFF);
      return ExitCodes.USAGE;
    }
    return root.execute(args);
  }

  /** {@code mosu help VERB} is {@code mosu VERB --help}. */
  private static String[] withoutHelpVerb(String[] args) {
    if (args.length == 0 || !args[0].equals("help")) {
      return args;
    }
    String[] asked = Arrays.copyOfRange(args, 1, args.length + 1);
    asked[args.length - 1] = "--help";
    return asked;
  }

  /** Building one verb's commands instead of all saves a third of a quick verb's time. */
  private static CommandLine root(@Nullable String verb, Session session) {
    CommandLine root = new CommandLine(new Root());
    if (verb != null && VERBS.contains(verb)) {
      root.addSubcommand(verb, command(verb, session));
    } else {
      VERBS.forEach(each -> root.addSubcommand(each, command(each, session)));
    }
    root.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    root.setOut(new PrintWriter(session.out(), true, StandardCharsets.UTF_8));
    root.setErr(new PrintWriter(session.err(), true, StandardCharsets.UTF_8));
    root.setUsageHelpWidth(100);
    root.setParameterExceptionHandler((thrown, args) -> reportUsage(thrown, session));
    root.setExecutionExceptionHandler((thrown, line, result) -> report(thrown, session));
    addFooter(root);
    return root;
  }

  private static CommandLine command(String verb, Session session) {
    return switch (verb) {
      case "run" -> new CommandLine(new RunCommand(session)).setStopAtPositional(true);
      case "submit" -> new CommandLine(new SubmitCommand(session));
      case "wait" -> new CommandLine(new WaitCommand(session));
      case "ps" -> new CommandLine(new PsCommand(session));
      case "why" -> new CommandLine(new WhyCommand(session));
      case "logs" -> new CommandLine(new LogsCommand(session));
      case "exec" -> new CommandLine(new ExecCommand(session));
      case "tunnel" -> new CommandLine(new TunnelCommand(session));
      case "cancel" -> new CommandLine(new JobOrder.Cancel(session));
      case "hold" -> new CommandLine(new JobOrder.Hold(session));
      case "release" -> new CommandLine(new JobOrder.Release(session));
      case "requeue" -> new CommandLine(new JobOrder.Requeue(session));
      case "priority" -> // -5 is a priority
          new CommandLine(new JobOrder.Priority(session))
              .setUnmatchedOptionsArePositionalParams(true);
      case "node" ->
          new CommandLine(new NodeCommand())
              .addSubcommand("ls", new NodeCommand.Ls(session))
              .addSubcommand("show", new NodeCommand.Show(session))
              .addSubcommand("drain", new DutyOrder.Drain(session))
              .addSubcommand("undrain", new DutyOrder.Undrain(session))
              .addSubcommand("quarantine", new DutyOrder.Quarantine(session))
              .addSubcommand("freeze", new NodeOrder.Freeze(session))
              .addSubcommand("thaw", new NodeOrder.Thaw(session))
              .addSubcommand("release-lost", new NodeOrder.ReleaseLost(session))
              .addSubcommand("forget-agent", new NodeOrder.ForgetAgent(session));
      case "freeze" -> new CommandLine(new DutyOrder.FreezeAll(session));
      case "thaw" -> new CommandLine(new DutyOrder.ThawAll(session));
      case "tenant" ->
          new CommandLine(new TenantCommand())
              .addSubcommand("ls", new TenantCommand.Ls(session))
              .addSubcommand("show", new TenantCommand.Show(session));
      case "quota" ->
          new CommandLine(new QuotaCommand()).addSubcommand("set", new QuotaCommand.Set(session));
      case "dev" -> service("A whole cluster in one process, with simulated GPUs: to try Mosu.");
      case "server" -> service("A scheduler node.");
      case "agent" -> service("The agent on a GPU host.");
      case "ca" -> service("A development authority for the certificates of a cluster.");
      case "simulate" -> service("What would become of a workload on a cluster, in virtual time.");
      case "verify" -> service("Checks the journal in a database against the invariants.");
      default -> throw new IllegalArgumentException(verb);
    };
  }

  private static CommandLine service(String description) {
    CommandLine service = new CommandLine(new Service());
    service.getCommandSpec().usageMessage().description(description);
    return service;
  }

  private static void addFooter(CommandLine command) {
    command.getCommandSpec().usageMessage().footer(ExitCodes.HELP);
    command.getSubcommands().values().forEach(MosuCommandLine::addFooter);
  }

  private static int reportUsage(ParameterException thrown, Session session) {
    String command = thrown.getCommandLine().getCommandSpec().qualifiedName();
    String what = firstLine(thrown.getMessage());
    if (thrown instanceof UnmatchedArgumentException unmatched
        && !thrown.getCommandLine().getSubcommands().isEmpty()
        && !unmatched.isUnknownOption()) {
      what = "`" + command + "` has no verb " + unmatched.getUnmatched().get(0);
    }
    return report(CliFailure.usage(what, "see `" + command + " --help`"), session);
  }

  private static int report(Exception thrown, Session session) {
    CliFailure failure =
        thrown instanceof CliFailure known
            ? known
            : CliFailure.unexpected(
                "unexpected "
                    + thrown.getClass().getSimpleName()
                    + ": "
                    + firstLine(thrown.getMessage()),
                "this is a defect of mosu's client: please report it with the command you gave");
    session.out().flush();
    session.err().print(failure.lines());
    session.err().flush();
    return failure.exitCode();
  }

  private static String firstLine(@Nullable String message) {
    if (message == null || message.isEmpty()) {
      return "no message";
    }
    int end = message.indexOf('\n');
    return end < 0 ? message : message.substring(0, end).strip();
  }
}
