// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "cancel", description = "Cancel jobs, whether they wait or run.")
final class CancelCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Parameters(paramLabel = "JOB", arity = "1..*", description = "Ids of jobs.")
  List<String> jobs = new ArrayList<>();

  CancelCommand(Session session) {
    this.session = session;
  }

  /** One job that cannot be cancelled does not keep the others from it. */
  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    int exitCode = ExitCodes.OK;
    for (String id : jobs) {
      try {
        JsonObject view = client.json(Request.post("/v1/jobs/" + Request.encode(id) + ":cancel"));
        if (options.isJson()) {
          options.print(session, view);
        } else {
          session.out().println(new Job(view).line());
        }
      } catch (CliFailure failure) {
        session.err().print(failure.lines());
        exitCode = exitCode == ExitCodes.OK ? failure.exitCode() : exitCode;
      }
    }
    return exitCode;
  }
}
