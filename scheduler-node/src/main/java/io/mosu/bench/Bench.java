// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.cli.ServiceLine;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.UUID;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/**
 * Measures a running cluster: {@code replay} a trace, {@code placement} of like tasks, {@code
 * recovery} of scheduler nodes, an {@code outage} of the database.
 */
@Command(
    name = "bench",
    synopsisSubcommandLabel = "NAME",
    description = "Measures a running cluster; the last line of the output is a JSON object.")
public final class Bench {

  private static final int OK = 0;
  private static final int BROKEN = 1;
  private static final int USAGE = 64;

  /** It never ends by itself on an agent that simulates. */
  private static final List<String> COMMAND = List.of("sleep", "infinity");

  private static final Specs.Ask ONE_GPU = new Specs.Ask(1, 0, List.of(), 1_000, 512);

  private final PrintStream out;
  private final PrintStream err;

  private Bench(PrintStream out, PrintStream err) {
    this.out = out;
    this.err = err;
  }

  public static void main(String[] args) {
    Locale.setDefault(Locale.ROOT);
    System.exit(run(args, System.out, System.err));
  }

  /** The exit code: 0, 1 where an invariant broke or nothing could be measured, 64 for usage. */
  static int run(String[] args, PrintStream out, PrintStream err) {
    CommandLine line =
        new CommandLine(new Bench(out, err))
            .addSubcommand(new Recovery(out, err))
            .addSubcommand(new Outage(out, err))
            .addSubcommand(new Stampede(out, err))
            .addSubcommand(new Fgd(out, err))
            .addSubcommand(new Jct(out, err))
            .addSubcommand(new Admission(out, err))
            .addSubcommand(new Scale(out, err))
            .addSubcommand(new Suites(out, err));
    ServiceLine.of(
        line, err, "see scripts/bench --help", "scripts/bench --help tells what each one needs");
    if (args.length == 0) {
      line.usage(err);
      return USAGE;
    }
    return line.execute(args);
  }

  @Command(
      name = "replay",
      description = "Submits all pods of a trace in file order; none of them ends.")
  int replay(
      @Parameters(paramLabel = "PODS", description = "Pod file, CSV or CSV.gz.") Path pods,
      @Option(
              names = "--nodes",
              required = true,
              paramLabel = "FILE",
              description = "Node file that the agent registers.")
          Path nodes,
      @Mixin ClusterOptions options)
      throws IOException {
    present(pods);
    present(nodes);
    List<Specs.Ask> asks = TraceFile.pods(pods);
    Result result =
        new Result("replay")
            .line("pods", "%,d of %s".formatted(asks.size(), pods.getFileName()))
            .line("nodes", "%,d of %s".formatted(TraceFile.count(nodes), nodes.getFileName()));
    return measure(result, asks, TraceFile.count(nodes), options);
  }

  @Command(
      name = "placement",
      description = "Places like tasks of one GPU each; none of them ends.")
  int placement(
      @Option(
              names = "--nodes",
              defaultValue = "1000",
              description = "GPU nodes to wait for (default: ${DEFAULT-VALUE}).")
          int nodes,
      @Option(
              names = "--tasks",
              defaultValue = "5000",
              description = "Tasks to place (default: ${DEFAULT-VALUE}).")
          int tasks,
      @Mixin ClusterOptions options) {
    Result result =
        new Result("placement")
            .line("tasks", "%,d of one GPU".formatted(tasks))
            .line("nodes", "%,d".formatted(nodes));
    return measure(result, Collections.nCopies(tasks, ONE_GPU), nodes, options);
  }

  private int measure(Result result, List<Specs.Ask> asks, int nodes, ClusterOptions options) {
    String run = "bench-" + UUID.randomUUID().toString().substring(0, 8);
    List<Submission> warmUp =
        submissions("warm-" + run, Collections.nCopies(options.warmUp, ONE_GPU), options.tenants);
    List<Submission> measured = submissions(run, asks, options.tenants);
    boolean ok = new Measurement(options, run, result, err).run(warmUp, measured, nodes);
    out.print(result.table());
    out.println(result.json(ok));
    out.flush();
    return ok ? OK : BROKEN;
  }

  private static List<Submission> submissions(String run, List<Specs.Ask> asks, int tenants) {
    List<Submission> submissions = new ArrayList<>();
    for (int i = 0; i < asks.size(); i++) {
      String tenant = "bench-" + (i % tenants + 1);
      submissions.add(
          new Submission(
              asks.get(i).kind(), Specs.job(run, tenant, 1, asks.get(i), COMMAND), run + "-" + i));
    }
    return submissions;
  }

  private static void present(Path file) {
    if (!Files.isReadable(file)) {
      throw new IllegalArgumentException(
          file + " is absent: the traces are not part of this repository");
    }
  }
}
