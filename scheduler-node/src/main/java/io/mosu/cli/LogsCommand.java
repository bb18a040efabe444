// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.List;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(name = "logs", description = "Print the log of a job's tasks.")
final class LogsCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "JOB", description = "The job's id.")
  String job = "";

  @Option(
      names = {"-f", "--follow"},
      description = "Go on until the job has ended, over restarts and lost scheduler nodes.")
  boolean isFollow;

  @Option(names = "--task", paramLabel = "RANK", description = "Only this task (default: all).")
  @Nullable Integer task;

  @Option(
      names = "--offset",
      paramLabel = "BYTES",
      description = "Leave out this many bytes; only with --task.",
      defaultValue = "0")
  long offset;

  LogsCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    Integer rank = task;
    if ((rank != null && rank < 0) || offset < 0) {
      throw CliFailure.usage("--task and --offset are not negative", "give a number from 0");
    }
    if (offset > 0 && rank == null) {
      throw CliFailure.usage("--offset counts the bytes of one task's log", "name it with --task");
    }
    ApiClient client = options.client(session);
    if (isFollow) {
      JobWatch watch = new JobWatch(client, session.clock(), job);
      new LogFollower(client, watch, session, job, rank, offset).follow();
      return ExitCodes.OK;
    }
    LogSink sink = new LogSink(session.out(), "");
    LogTail tail =
        rank == null
            ? LogTail.ofAll(client, job, sink)
            : LogTail.ofTask(client, job, rank, sink, offset);
    if (tail.read(false) == LogTail.End.NO_LOG) {
      throw new CliFailure(
          ExitCodes.NOT_FOUND,
          "NO_LOG",
          job + " has no log" + (rank == null ? "" : " of task " + rank),
          List.of(),
          "see `mosu why " + job + "` for whether it has started; --follow waits for its start");
    }
    return ExitCodes.OK;
  }
}
