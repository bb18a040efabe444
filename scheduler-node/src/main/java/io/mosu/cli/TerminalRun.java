// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.net.http.HttpClient;
import org.jspecify.annotations.Nullable;

/**
 * At the terminal of a job, from its start to its end. A scheduler node or a connection that is
 * lost on the way only interrupts: the same screen goes on by another.
 */
final class TerminalRun {
  private static final int POLL_MS = 1_000;

  private final ApiClient client;
  private final Session session;
  private final JobWatch watch;
  private final String id;
  private @Nullable String announced;
  private int attempt = -1;

  TerminalRun(ApiClient client, Session session, JobWatch watch, String id) {
    this.client = client;
    this.session = session;
    this.watch = watch;
    this.id = id;
  }

  /** The ended job. */
  Job attend() {
    HttpClient http = StreamSocket.http();
    int pollMs = 0;
    try (Attendance attendance = new Attendance(session, true)) {
      while (true) {
        Job job = watch.within(pollMs);
        pollMs = JobWatch.longer(pollMs);
        if (job.isTerminal()) {
          return job;
        }
        if (!job.hasStarted()) {
          announceWait(job);
          continue;
        }
        if (job.attempt() != attempt) {
          attempt = job.attempt();
          attendance.startOver();
        }
        if (attend(attendance, http)) {
          pollMs = POLL_MS;
        }
      }
    }
  }

  /** Whether the stream was open for a while, or the task is over. */
  private boolean attend(Attendance attendance, HttpClient http) {
    LocalTerminal.Size size = attendance.size();
    JsonObject first =
        JsonObject.empty()
            .put("rows", size.rows())
            .put("columns", size.columns())
            .put("offset", attendance.written());
    try {
      StreamSocket stream =
          StreamSocket.open(
              http, client, new StreamTarget(id, 0).path("attach"), first, attendance.output());
      StreamEnding ending = attendance.attend(stream);
      if (ending.refusal() != null) {
        throw ending.refusal();
      }
      if (ending.isBroken()) {
        session.err().print("\r\n[" + ending.detail() + "; going on]\r\n");
        return false;
      }
      if (!ending.isFinished()) {
        throw ending.failure("the job was left; see `mosu ps`");
      }
      return true;
    } catch (CliFailure failure) {
      if (failure.hasReason("NOT_RUNNING")
          || failure.hasReason("UNREACHABLE")
          || failure.hasReason("NO_ANSWER")) {
        return false; // not yet, or not any more: the job tells
      }
      throw failure;
    }
  }

  private void announceWait(Job job) {
    String reason = job.reason();
    if (reason != null && !reason.equals(announced)) {
      session.err().println("waiting: " + job.line());
      announced = reason;
    }
  }
}
