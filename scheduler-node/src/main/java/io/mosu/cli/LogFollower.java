// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/** Prints the logs of all tasks of a job, from its start over every restart to its end. */
final class LogFollower {
  private static final int STREAMS_MAX = 64;

  private final ApiClient client;
  private final JobWatch watch;
  private final PrintStream out;
  private final PrintStream err;
  private final String id;
  private List<LogTail> tails = List.of();
  private List<LogSink> sinks = List.of();
  private int attempt = -1;
  private @Nullable String announced;

  LogFollower(ApiClient client, JobWatch watch, Session session, String id) {
    this.client = client;
    this.watch = watch;
    this.out = session.out();
    this.err = session.err();
    this.id = id;
  }

  /** Follows to the job's end and answers the ended job. */
  Job follow() {
    int pollMs = 0;
    boolean isRead = false;
    while (true) {
      Job job = pollMs == 0 ? watch.now() : watch.within(pollMs);
      boolean isRestarted = isRestarted(job);
      if (job.isTerminal()) {
        if (isRestarted || !isRead) {
          read(false);
        }
        sinks.forEach(LogSink::end);
        return job;
      }
      if (job.hasStarted()) {
        announced = null;
        isRead = read(true);
        if (out.checkError()) {
          return watch.untilEnded();
        }
      } else {
        announceWait(job);
      }
      pollMs = JobWatch.longer(pollMs);
    }
  }

  private boolean isRestarted(Job job) {
    if (tails.isEmpty()) {
      open(job);
    }
    boolean isRestarted = attempt >= 0 && job.attempt() > attempt;
    attempt = job.attempt();
    if (isRestarted) {
      tails.forEach(LogTail::restart);
    }
    return isRestarted;
  }

  private void open(Job job) {
    int tasks = job.tasks();
    sinks = new ArrayList<>();
    tails = new ArrayList<>();
    if (tasks > STREAMS_MAX) {
      sinks.add(new LogSink(out, ""));
      tails.add(LogTail.ofAll(client, id, sinks.get(0)));
      return;
    }
    for (int rank = 0; rank < tasks; rank++) {
      LogSink sink = new LogSink(out, tasks == 1 ? "" : "[" + rank + "] ");
      sinks.add(sink);
      tails.add(LogTail.ofTask(client, id, rank, sink, 0));
    }
  }

  /** Whether all logs were read to their end. */
  private boolean read(boolean follow) {
    if (tails.size() == 1) {
      return tails.get(0).read(follow) == LogTail.End.READ;
    }
    List<Thread> threads = new ArrayList<>();
    AtomicReference<@Nullable CliFailure> failure = new AtomicReference<>();
    boolean[] isRead = new boolean[tails.size()];
    for (int rank = 0; rank < tails.size(); rank++) {
      int at = rank;
      Thread thread = new Thread(() -> isRead[at] = read(at, follow, failure), "log-" + rank);
      thread.setDaemon(true);
      thread.start();
      threads.add(thread);
    }
    try {
      for (Thread thread : threads) {
        thread.join();
      }
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
      throw CliFailure.unexpected(
          "interrupted while reading logs", "run `mosu logs -f " + id + "`");
    }
    CliFailure failed = failure.get();
    if (failed != null) {
      throw failed;
    }
    boolean isAllRead = true;
    for (boolean read : isRead) {
      isAllRead &= read;
    }
    return isAllRead;
  }

  private boolean read(int rank, boolean follow, AtomicReference<@Nullable CliFailure> failure) {
    try {
      return tails.get(rank).read(follow) == LogTail.End.READ;
    } catch (CliFailure failed) {
      failure.compareAndSet(null, failed);
      return false;
    }
  }

  private void announceWait(Job job) {
    String reason = job.reason();
    if (reason != null && !reason.equals(announced)) {
      err.println("waiting: " + job.line());
      announced = reason;
    }
  }
}
