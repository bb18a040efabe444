// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * While open, Ctrl-C (or the end of the terminal) cancels the job before the program ends. That
 * holds from the moment its submission is sent: one whose answer never came is submitted again by
 * the same key, which tells the job's id, and cancelled.
 */
final class CancelOnInterrupt implements AutoCloseable {
  private final ApiClient client;
  private final Session session;
  private final Request submission;
  private final AtomicReference<@Nullable String> id = new AtomicReference<>();
  private final Thread hook = new Thread(this::cancel, "cancel-on-interrupt");

  CancelOnInterrupt(ApiClient client, Session session, Request submission) {
    this.client = client;
    this.session = session;
    this.submission = submission;
    Runtime.getRuntime().addShutdownHook(hook);
  }

  void submitted(String job) {
    id.set(job);
  }

  private void cancel() {
    try {
      String job = id.get();
      if (job == null) {
        job = new Job(client.json(submission)).id();
      }
      client.json(Request.post("/v1/jobs/" + Request.encode(job) + ":cancel"));
      session.err().println("cancelled " + job);
    } catch (CliFailure failure) {
      session.err().print(failure.lines());
      session.err().println("the job may still run: see `mosu ps`");
    }
  }

  @Override
  public void close() {
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException ending) {
      // The program is ending, and the hook is what ends the job: let it.
    }
  }
}
