// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "wait", description = "Wait until a job has ended, and hand on its exit code.")
final class WaitCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  String job = "";

  @Option(names = "--timeout", paramLabel = "SECONDS", description = "Wait no longer than this.")
  @Nullable Integer timeoutSeconds;

  WaitCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    return waitFor(options, session, options.client(session), job, timeoutSeconds);
  }

  static int waitFor(
      ClientOptions options,
      Session session,
      ApiClient client,
      String id,
      @Nullable Integer timeoutSeconds) {
    long timeoutMs = timeoutSeconds == null ? Long.MAX_VALUE : 1000L * timeoutSeconds;
    Optional<Job> ended = new JobWatch(client, session.clock(), id).untilEnded(timeoutMs);
    if (ended.isEmpty()) {
      throw CliFailure.unexpected(
          id + " has not ended within " + timeoutSeconds + " s",
          "wait again, or see `mosu why " + id + "`");
    }
    if (options.isJson()) {
      options.print(session, ended.get().view());
    } else {
      session.out().println(ended.get().line());
    }
    return ended.get().exitCode();
  }
}
