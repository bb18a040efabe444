// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
    name = "exec",
    description =
        "Run a command beside a running task: in its folder, environment and limits, and only as"
            + " long as it runs.")
final class ExecCommand implements Callable<Integer> {
  private final Session session;
  @Mixin final ClientOptions options = new ClientOptions();

  @Option(
      names = {"-t", "--tty"},
      description = "On a pseudo terminal of its own.")
  boolean isTerminal;

  @Parameters(index = "0", paramLabel = "JOB[/TASK]", description = "The job, or one of its tasks.")
  String target = "";

  @Parameters(
      index = "1..*",
      arity = "1..*",
      paramLabel = "COMMAND",
      description = "The command, after --.")
  List<String> command = new ArrayList<>();

  ExecCommand(Session session) {
    this.session = session;
  }

  @Override
  public Integer call() {
    ApiClient client = options.client(session);
    String path = StreamTarget.parse(target).path("exec");
    try (Attendance attendance = new Attendance(session, isTerminal)) {
      LocalTerminal.Size size = attendance.size();
      JsonObject first =
          JsonObject.empty()
              .put("command", command)
              .put("terminal", isTerminal)
              .put("rows", size.rows())
              .put("columns", size.columns());
      StreamEnding ending =
          attendance.attend(
              StreamSocket.open(StreamSocket.http(), client, path, first, attendance.output()));
      return ending.exitCodeOrThrow("the task goes on; run the command again");
    }
  }
}
