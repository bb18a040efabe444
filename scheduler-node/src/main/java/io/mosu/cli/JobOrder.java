// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** What a job's owner orders of it. */
abstract class JobOrder implements Callable<Integer> {
  private final Session session;
  private final String verb;
  @Mixin final ClientOptions options = new ClientOptions();

  private JobOrder(Session session, String verb) {
    this.session = session;
    this.verb = verb;
  }

  /** One job that does not do as it is told does not keep the others from it. */
  final int tell(List<String> jobs) {
    ApiClient client = options.client(session);
    int exitCode = ExitCodes.OK;
    for (String id : jobs) {
      try {
        JsonObject view =
            client.json(Request.post("/v1/jobs/" + Request.encode(id) + ":" + verb()));
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

  /** With its parameters. */
  String verb() {
    return verb;
  }

  /** An order to each of several jobs. */
  private abstract static class ToEach extends JobOrder {
    @Parameters(paramLabel = "JOB", arity = "1..*", description = "Ids of jobs.")
    List<String> jobs = new ArrayList<>();

    private ToEach(Session session, String verb) {
      super(session, verb);
    }

    @Override
    public Integer call() {
      return tell(jobs);
    }
  }

  @Command(name = "cancel", description = "Cancel jobs, whether they wait or run.")
  static final class Cancel extends ToEach {
    Cancel(Session session) {
      super(session, "cancel");
    }
  }

  @Command(
      name = "hold",
      description = "Keep jobs from starting until they are released; what runs goes on.")
  static final class Hold extends ToEach {
    Hold(Session session) {
      super(session, "hold");
    }
  }

  @Command(name = "release", description = "Let jobs start that are on hold.")
  static final class Release extends ToEach {
    Release(Session session) {
      super(session, "release");
    }
  }

  @Command(
      name = "requeue",
      description = "End the tasks of jobs that run, and let the jobs wait again.")
  static final class Requeue extends ToEach {
    Requeue(Session session) {
      super(session, "requeue");
    }
  }

  @Command(
      name = "priority",
      description = "Change how soon a job goes before the tenant's others.")
  static final class Priority extends JobOrder {
    @Parameters(index = "0", paramLabel = "JOB", description = "The job's id.")
    String job = "";

    @Parameters(
        index = "1",
        paramLabel = "N",
        description = "-100 to 100; higher goes first, a job is submitted with 0.")
    int priority;

    Priority(Session session) {
      super(session, "priority");
    }

    @Override
    String verb() {
      return super.verb() + "?to=" + priority;
    }

    @Override
    public Integer call() {
      return tell(List.of(job));
    }
  }
}
