// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.tenant.Job;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.Placement;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/** One job as the API shows it. */
record JobView(
    String id,
    String tenant,
    String project,
    String name,
    String state,
    @Nullable String reason,
    @Nullable String detail,
    int nodes,
    Number gpusPerNode,
    Number gpus,
    int attempt,
    int priority,
    boolean held,
    int requeues,
    @Nullable String submittedAt,
    @Nullable String placedAt,
    @Nullable String startedAt,
    @Nullable String endedAt,
    @Nullable Integer exitCode,
    List<Part> placement,
    @Nullable Long submitToConfirmMs) {

  /** One task's place. */
  record Part(
      int rank,
      String node,
      List<Integer> devices,
      long leaseToken,
      @Nullable Integer exitCode,
      @Nullable String exitReason) {}

  static JobView of(JobAnswer answer) {
    Job job = answer.job();
    Optional<Placement> placement = job.placement();
    Optional<RefusalCount> obstacle = obstacle(job);
    return new JobView(
        job.id().toString(),
        job.id().tenant().value(),
        job.spec().project(),
        job.spec().name(),
        state(answer),
        Waits.of(job)
            .map(Waits::reason)
            .or(() -> obstacle.map(count -> count.reason().name()))
            .or(() -> endReason(job))
            .orElse(null),
        detail(job, obstacle),
        job.spec().nodes(),
        gpus(job.spec().shape().totalGpuMilli()),
        gpus(job.gpuMilli()),
        job.attempt(),
        job.stand().priority(),
        job.stand().held(),
        job.stand().requeues(),
        Json.time(job.submittedMs()),
        Json.time(placement.map(Placement::atMs).orElse(0L)),
        Json.time(answer.startedMs()),
        Json.time(job.endedMs()),
        job.state().terminal() ? Integer.valueOf(job.exitCode()) : null,
        placement.map(JobView::parts).orElse(List.of()),
        placement.isPresent() && job.attempt() == 1
            ? Long.valueOf(placement.get().atMs() - job.submittedMs())
            : null);
  }

  /** The journal's state, with placed told apart by whether the tasks were seen to run. */
  static String state(JobAnswer answer) {
    JobState state = answer.job().state();
    if (state != JobState.PLACED) {
      return state.name();
    }
    return answer.startedMs() == 0 ? "STARTING" : "RUNNING";
  }

  /** What most nodes of the last negotiation said, while the job waits. */
  static Optional<RefusalCount> obstacle(Job job) {
    return job.state() == JobState.QUEUED && Waits.of(job).isEmpty()
        ? job.decision().map(DecisionRecord::refusals).orElse(List.of()).stream()
            .max(Comparator.comparingInt(RefusalCount::count))
        : Optional.empty();
  }

  /** The example's own numbers, with its node where there is one. */
  static String example(RefusalCount count) {
    String node = count.example().value();
    return node.equals("-") ? count.detail() : node + ": " + count.detail();
  }

  /** Why the last attempt ended that was repeated. */
  static Optional<String> setback(Job job) {
    List<String> told = new ArrayList<>();
    if (job.preemptions() > 0) {
      told.add(
          "preempted %s, so that other tenants got what they are guaranteed"
              .formatted(times(job.preemptions())));
    }
    if (job.stand().requeues() > 0) {
      told.add("requeued %s, as asked".formatted(times(job.stand().requeues())));
    }
    repeated(job).ifPresent(told::add);
    return told.isEmpty() ? Optional.empty() : Optional.of(String.join("; ", told));
  }

  private static String times(int count) {
    return count + (count == 1 ? " time" : " times");
  }

  private static Optional<String> repeated(Job job) {
    return job.setback()
        .map(
            part ->
                "repeated %s; the last: task %d on %s %s"
                    .formatted(
                        times(job.failures() + job.losses()),
                        part.task(),
                        part.node(),
                        fate(part)));
  }

  /** What became of the first task that failed, or else did not end well, by rank. */
  static Optional<String> mishap(Job job) {
    return mishapOf(job)
        .map(part -> "task " + part.task() + " on " + part.node() + " " + fate(part));
  }

  private static Optional<Placement.Part> mishapOf(Job job) {
    List<Placement.Part> parts = job.placement().map(Placement::parts).orElse(List.of());
    return parts.stream()
        .filter(part -> part.exit().map(Exit::failure).orElse(false))
        .findFirst()
        .or(
            () ->
                parts.stream()
                    .filter(part -> part.exit().map(exit -> !exit.success()).orElse(false))
                    .findFirst());
  }

  /** How a failed job's task ended, where its exit code does not say it all. */
  private static Optional<String> endReason(Job job) {
    return job.state() == JobState.FAILED
        ? mishapOf(job)
            .flatMap(Placement.Part::exit)
            .filter(exit -> exit.kind() != Exit.Kind.EXITED)
            .map(exit -> exit.kind().name())
        : Optional.empty();
  }

  private static String fate(Placement.Part part) {
    Exit exit = part.exit().orElseThrow();
    return switch (exit.kind()) {
      case EXITED -> "exited with code " + exit.code();
      case STOPPED -> "was stopped";
      case NOT_STARTED -> "could not be started";
      case LOST -> "was lost: its agent was silent for too long";
      case SIGNALED -> "was ended by signal " + exit.signal();
      case OUT_OF_MEMORY -> "ran out of the memory that it was granted; ask for more memoryMib";
      case FENCED -> "was ended by its host, which could not renew its lease";
      case PREEMPTED ->
          "was ended to make room: its node is drained, or another job gets its devices";
      case TIME_LIMIT -> "ran longer than its timeLimit";
      case DEVICE_FAULT ->
          exit.code() == 0
              ? "was ended because a GPU under it went bad"
              : "was ended because a GPU under it went bad: Xid " + exit.code();
      case NO_WORKDIR -> "could not start: the archive of its workdir is gone or damaged";
    };
  }

  /** Whole GPUs as a whole number. */
  private static Number gpus(long milli) {
    if (milli % Device.WHOLE_MILLI == 0) {
      return milli / Device.WHOLE_MILLI;
    }
    return milli / (double) Device.WHOLE_MILLI;
  }

  private static @Nullable String detail(Job job, Optional<RefusalCount> obstacle) {
    Optional<Waits> waits = Waits.of(job);
    if (waits.isPresent()) {
      return waits.get().detail();
    }
    if (obstacle.isPresent()) {
      return example(obstacle.get());
    }
    return job.state() == JobState.FAILED ? mishap(job).orElse(null) : null;
  }

  private static List<Part> parts(Placement placement) {
    return placement.parts().stream()
        .map(
            part ->
                new Part(
                    part.task(),
                    part.node().value(),
                    part.grant().devices(),
                    part.token(),
                    part.exit().map(Exit::code).orElse(null),
                    part.exit().map(exit -> exit.kind().name()).orElse(null)))
        .toList();
  }
}
