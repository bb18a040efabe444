// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintStream;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * Prints the logs of a job's tasks, from its start over every restart to its end. A log that cannot
 * be read never ends the wait for the job: what it lacks is told in the end.
 */
final class LogFollower {
  private static final int STREAMS_MAX = 64;

  private final ApiClient client;
  private final JobWatch watch;
  private final PrintStream out;
  private final PrintStream err;
  private final String id;
  private List<LogTail> tails = List.of();
  private List<LogSink> sinks = List.of();
  private final @Nullable Integer onlyRank;
  private final long offset;
  private final AtomicReference<@Nullable CliFailure> failure = new AtomicReference<>();
  private int attempt = -1;
  private @Nullable String announced;

  LogFollower(ApiClient client, JobWatch watch, Session session, String id) {
    this(client, watch, session, id, null, 0);
  }

  /** Of one task only, where {@code onlyRank} is given, and of that without its first bytes. */
  LogFollower(
      ApiClient client,
      JobWatch watch,
      Session session,
      String id,
      @Nullable Integer onlyRank,
      long offset) {
    this.onlyRank = onlyRank;
    this.offset = offset;
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
        CliFailure failed = failure.get();
        if (failed != null) {
          err.println("the log may be incomplete: " + failed.what());
        }
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
    Integer rankGiven = onlyRank;
    if (rankGiven != null) {
      sinks.add(new LogSink(out, ""));
      tails.add(LogTail.ofTask(client, id, rankGiven, sinks.get(0), offset));
      return;
    }
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
    failure.set(null);
    if (tails.size() == 1) {
      return read(0, follow);
    }
    boolean[] isRead = new boolean[tails.size()];
    List<Thread> threads = new ArrayList<>();
    for (int i = 0; i < tails.size(); i++) {
      int at = i;
      Thread thread = new Thread(() -> isRead[at] = read(at, follow), "log-" + at);
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
    boolean isAllRead = true;
    for (boolean each : isRead) {
      isAllRead &= each;
    }
    return isAllRead;
  }

  private boolean read(int at, boolean follow) {
    try {
      return tails.get(at).read(follow) == LogTail.End.READ;
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
