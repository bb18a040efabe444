// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.InvalidPathException;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "submit", description = "Submit the job that a YAML or JSON file specifies.")
final class SubmitCommand implements Callable<Integer> {
  private static final int SPEC_BYTES_MAX = 64 << 20;
  private static final int PLACED_TIMEOUT_S = 10;

  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();
  @Mixin final StartOptions start = new StartOptions();

  @Parameters(paramLabel = "FILE", description = "The job spec; - reads standard input.")
  String file = "";

  @Option(names = "--wait", description = "Wait for the job's end and hand on its exit code.")
  boolean isWait;

  @Option(
      names = "--wait-placed",
      description =
          "Wait until the job is placed; exit code 2 when the nodes asked refused it for now, or"
              + " after --timeout (default here: 10 s).")
  boolean isWaitPlaced;

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "Wait no longer than this.")
  @Nullable Integer timeoutSeconds;

  @Option(
      names = "--workdir",
      paramLabel = "DIR",
      description = "Directory that each task starts in a copy of, as for `mosu run`.")
  @Nullable Path workdir;

  @Option(
      names = "--idempotency-key",
      paramLabel = "KEY",
      description = "Submissions of one key make one job (default: a random key).")
  @Nullable String idempotencyKey;

  SubmitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    String type = file.endsWith(".json") ? "application/json" : "application/yaml";
    JsonObject view = client.json(Submission.of(spec(client), type, idempotencyKey));
    Job job = new Job(view);
    if (isWait) {
      session.err().println("submitted " + job.id());
      return WaitCommand.waitFor(options, session, client, job.id(), timeoutSeconds);
    }
    if (isWaitPlaced) {
      session.err().println("submitted " + job.id());
      return waitPlaced(client, job.id());
    }
    print(job);
    return ExitCodes.OK;
  }

  private int waitPlaced(ApiClient client, String id) {
    Integer given = timeoutSeconds;
    long timeoutMs = 1000L * (given == null ? PLACED_TIMEOUT_S : given);
    JobWatch watch = new JobWatch(client, session.clock(), id);
    Job job = watch.untilPlaced(timeoutMs, given == null);
    print(job);
    if (job.isTerminal()) {
      return job.exitCode();
    }
    if (job.isPlaced()) {
      return ExitCodes.OK;
    }
    session.err().println("waiting: " + job.line());
    session.err().println("hint: it stays queued; see `mosu why " + id + "`");
    return ExitCodes.NOT_PLACED;
  }

  private void print(Job job) {
    if (options.isJson()) {
      options.print(session, job.view());
    } else {
      session.out().println(job.id());
    }
  }

  /** The file's bytes, with what the options say as further fields. */
  private byte[] spec(ApiClient client) {
    byte[] spec = spec();
    Map<String, Object> given = start.fields(session.clock().instant());
    if (workdir != null) {
      given.put("workdir", WorkdirUpload.upload(client, session, workdir));
    }
    if (given.isEmpty()) {
      return spec;
    }
    if (!file.endsWith(".json")) {
      StringBuilder text = new StringBuilder(new String(spec, StandardCharsets.UTF_8));
      given.forEach(
          (name, value) -> text.append('\n').append(name).append(": ").append(json(value)));
      return text.append('\n').toString().getBytes(StandardCharsets.UTF_8);
    }
    try {
      JsonObject all = JsonObject.parse(spec);
      given.forEach(all::put);
      return all.bytes();
    } catch (IOException malformed) {
      throw CliFailure.usage(file + " is no JSON object", "write it as {\"command\": [...]}");
    }
  }

  /** A value as JSON, which is YAML too. */
  private static String json(Object value) {
    String object = new String(JsonObject.empty().put("", value).bytes(), StandardCharsets.UTF_8);
    return object.substring("{\"\":".length(), object.length() - 1);
  }

  private byte[] spec() {
    try (InputStream in = file.equals("-") ? session.in() : Files.newInputStream(Path.of(file))) {
      byte[] spec = in.readNBytes(SPEC_BYTES_MAX + 1);
      if (spec.length > SPEC_BYTES_MAX) {
        throw CliFailure.usage(file + " is larger than 64 MiB", "is it a job spec?");
      }
      return spec;
    } catch (NoSuchFileException | InvalidPathException absent) {
      throw CliFailure.usage(
          "there is no file " + file, "name a job spec, or - for standard input");
    } catch (IOException unreadable) {
      throw CliFailure.usage(
          "cannot read " + file + ": " + unreadable.getMessage(),
          "name a job spec, or - for standard input");
    }
  }
}
