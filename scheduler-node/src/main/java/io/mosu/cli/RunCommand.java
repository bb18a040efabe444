// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.math.BigDecimal;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "run",
    description =
        "Run a command on GPUs as if it ran here: log, exit code, and Ctrl-C to cancel it.")
final class RunCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();
  @Mixin final StartOptions start = new StartOptions();

  @Option(names = "--gpus", paramLabel = "N", description = "Whole GPUs per task (default: 0).")
  @Nullable Integer gpus;

  @Option(
      names = "--gpu-milli",
      paramLabel = "N",
      description = "Thousandths of one GPU per task, instead of --gpus.")
  @Nullable Integer gpuMilli;

  @Option(
      names = "--nodes",
      paramLabel = "N",
      description = "Tasks, each on a node of its own, all or none (default: 1).")
  @Nullable Integer nodes;

  @Option(names = "--cpus", paramLabel = "N", description = "Cores per task (default: 1).")
  @Nullable BigDecimal cpus;

  @Option(names = "--memory-mib", paramLabel = "N", description = "Per task (default: 512).")
  @Nullable Integer memoryMib;

  @Option(
      names = "--model",
      paramLabel = "MODEL",
      split = ",",
      description = "GPU model that will do, such as H100; may be given several times.")
  @Nullable List<String> models;

  @Option(names = "--name", paramLabel = "NAME", description = "The job's name (default: job).")
  @Nullable String name;

  @Option(names = "--priority", paramLabel = "N", description = "-100 to 100 (default: 0).")
  @Nullable Integer priority;

  @Option(
      names = "--tenant",
      paramLabel = "TENANT",
      description = "Who pays (default: $MOSU_TENANT).")
  @Nullable String tenant;

  @Option(
      names = "--project",
      paramLabel = "PROJECT",
      description = "For which project of the tenant.")
  @Nullable String project;

  @Option(
      names = {"-e", "--env"},
      paramLabel = "KEY[=VALUE]",
      description = "Environment of the tasks; without a value, the one it has here.")
  List<String> env = new ArrayList<>();

  @Option(
      names = "--retries",
      paramLabel = "N",
      description = "Restarts after a task fails (default: 0).")
  @Nullable Integer retries;

  @Option(
      names = {"-t", "--time"},
      paramLabel = "TIME",
      description =
          "End the job after this: 90s, 10m, 1h30m, or as Slurm has it, 10 (minutes), 1:00:00 or"
              + " 1-12 (default: never).")
  @Nullable String time;

  @Option(
      names = "--signal",
      paramLabel = "NAME[@SECONDS]",
      description = "Send this to the tasks so long before the limit, such as USR1@60.")
  @Nullable String signal;

  @Option(
      names = "--stop-signal",
      paramLabel = "NAME",
      description = "What asks the tasks to end (default: TERM).")
  @Nullable String stopSignal;

  @Option(
      names = "--stop-grace",
      paramLabel = "TIME",
      description = "How long they have from then until they are killed (default: 5s).")
  @Nullable String stopGrace;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description =
          "Directory that each task starts in a copy of, without what its .mosuignore names; at"
              + " most 100 MiB packed.")
  @Nullable Path workdir;

  @Option(
      names = "--image",
      paramLabel = "IMAGE",
      description = "Container image that the command runs in, on nodes with a container engine.")
  @Nullable String image;

  @Option(
      names = "--port",
      paramLabel = "PORT",
      description = "A port of the task that `mosu tunnel` may reach; may be given several times.")
  List<Integer> ports = new ArrayList<>();

  @Option(
      names = "--pty",
      description = "On a pseudo terminal, with this one at it; the job ends with it.")
  boolean isTerminal;

  @Option(
      names = {"-d", "--detach"},
      description = "Only submit, and print the job's id.")
  boolean isDetached;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Submissions of one key make one job (default: a random key).")
  @Nullable String idempotencyKey;

  @Parameters(paramLabel = "COMMAND", arity = "1..*", description = "The command, after --.")
  List<String> command = new ArrayList<>();

  RunCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    if (isTerminal && isDetached) {
      throw CliFailure.usage("--pty and --detach exclude each other", "give one of them");
    }
    JsonObject spec = spec();
    putGiven(
        spec, "workdir", workdir == null ? null : WorkdirUpload.upload(client, session, workdir));
    Request submission = Submission.of(spec.bytes(), "application/json", idempotencyKey);
    if (isDetached) {
      JsonObject view = client.json(submission);
      if (options.isJson()) {
        options.print(session, view);
      } else {
        session.out().println(new Job(view).id());
      }
      return ExitCodes.OK;
    }
    try (CancelOnInterrupt interrupt = new CancelOnInterrupt(client, session, submission)) {
      String id = new Job(client.json(submission)).id();
      interrupt.submitted(id);
      session.err().println("submitted " + id);
      return attend(client, id);
    }
  }

  private int attend(ApiClient client, String id) {
    JobWatch watch = new JobWatch(client, session.clock(), id);
    Job ended;
    if (isTerminal) {
      ended = new TerminalRun(client, session, watch, id).attend();
      if (ended.exitCode() != ExitCodes.OK) {
        session.err().println(ended.line());
      }
    } else if (options.isJson()) {
      ended = watch.untilEnded();
      options.print(session, ended.view());
    } else {
      ended = new LogFollower(client, watch, session, id).follow();
      if (ended.exitCode() != ExitCodes.OK) {
        session.err().println(ended.line());
      }
    }
    return ended.exitCode();
  }

  /** Only what was given: the server knows the defaults and the limits. */
  private JsonObject spec() {
    if (gpus != null && gpuMilli != null) {
      throw CliFailure.usage("--gpus and --gpu-milli exclude each other", "give one of them");
    }
    String payer = tenant == null ? session.environment().get("MOSU_TENANT") : tenant;
    JsonObject spec = JsonObject.empty();
    putGiven(spec, "name", name);
    putGiven(spec, "tenant", payer == null || payer.isEmpty() ? null : payer);
    putGiven(spec, "project", project);
    putGiven(spec, "nodes", nodes);
    putGiven(spec, "gpus", gpus);
    putGiven(spec, "gpuMilli", gpuMilli);
    putGiven(spec, "models", models);
    putGiven(spec, "cpus", cpus);
    putGiven(spec, "memoryMib", memoryMib);
    putGiven(spec, "priority", priority);
    putGiven(spec, "retries", retries);
    putGiven(spec, "timeLimit", time == null ? null : TimeWords.time(time));
    if (signal != null) {
      TimeWords.Warning warning = TimeWords.warning(signal);
      putGiven(spec, "warnSignal", warning.signal());
      putGiven(spec, "warnBefore", warning.before().isEmpty() ? null : warning.before());
    }
    putGiven(spec, "stopSignal", stopSignal);
    putGiven(spec, "stopGrace", stopGrace);
    start.fields(session.clock().instant()).forEach(spec::put);
    putGiven(spec, "image", image);
    putGiven(spec, "ports", ports.isEmpty() ? null : ports);
    putGiven(spec, "terminal", isTerminal ? true : null);
    if (!env.isEmpty()) {
      JsonObject variables = JsonObject.empty();
      environment().forEach(variables::put);
      spec.put("env", variables);
    }
    return spec.put("command", command);
  }

  private static void putGiven(JsonObject spec, String field, @Nullable Object value) {
    if (value != null) {
      spec.put(field, value);
    }
  }

  private Map<String, String> environment() {
    Map<String, String> variables = new LinkedHashMap<>();
    for (String entry : env) {
      int equals = entry.indexOf('=');
      String key = equals < 0 ? entry : entry.substring(0, equals);
      String value = equals < 0 ? session.environment().get(entry) : entry.substring(equals + 1);
      if (key.isEmpty() || value == null) {
        throw CliFailure.usage("--env " + entry + " has no value here", "write it as KEY=VALUE");
      }
      variables.put(key, value);
    }
    return variables;
  }
}
