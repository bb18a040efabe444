// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.negotiation.DecisionRecord;
import java.util.Optional;
import java.util.function.Consumer;

/**
 * One job as journaled.
 *
 * @param key the idempotency key it was submitted with, empty if none
 * @param attempt placements so far
 * @param failures attempts that ended by a task's own failure
 * @param losses attempts that ended by the loss of a host
 * @param cancelled whether somebody asked to cancel it
 * @param placement of this attempt, or of the last one once ended
 * @param decision the last negotiation's record that was kept
 * @param endedMs wall time of the end, 0 before
 * @param exitCode of the job, 0 before its end
 * @param setback the task whose end made the last attempt end and be repeated; empty if none was
 * @param preemptions attempts that ended so that another tenant got what it is guaranteed
 * @param stand how it stands with what it waits for besides room
 */
public record Job(
    JobId id,
    JobSpec spec,
    String key,
    long submittedMs,
    JobState state,
    int attempt,
    int failures,
    int losses,
    boolean cancelled,
    Optional<Placement> placement,
    Optional<DecisionRecord> decision,
    long endedMs,
    int exitCode,
    Optional<Placement.Part> setback,
    int preemptions,
    Stand stand) {

  /** Of a job of which no attempt was repeated. */
  public Job(
      JobId id,
      JobSpec spec,
      String key,
      long submittedMs,
      JobState state,
      int attempt,
      int failures,
      int losses,
      boolean cancelled,
      Optional<Placement> placement,
      Optional<DecisionRecord> decision,
      long endedMs,
      int exitCode) {
    this(
        id,
        spec,
        key,
        submittedMs,
        state,
        attempt,
        failures,
        losses,
        cancelled,
        placement,
        decision,
        endedMs,
        exitCode,
        Optional.empty(),
        0,
        Stand.of(spec));
  }

  static Job submitted(JobId id, JobSpec spec, String key, long atMs) {
    return new Job(
        id,
        spec,
        key,
        atMs,
        JobState.QUEUED,
        0,
        0,
        0,
        false,
        Optional.empty(),
        Optional.empty(),
        0,
        0);
  }

  /** Its place in the tenant's queue and in every contest for a node. */
  public Rank rank() {
    return new Rank(stand.priority(), submittedMs, id);
  }

  /** GPU milli of all its tasks. */
  public long gpuMilli() {
    return spec.nodes() * spec.shape().totalGpuMilli();
  }

  /** Whether nothing but room keeps it from being negotiated. */
  boolean eligible() {
    return state == JobState.QUEUED && !stand.bars();
  }

  Job standing(Stand changed) {
    return with(draft -> draft.stand = changed);
  }

  Job requeuing() {
    return with(draft -> draft.state = JobState.REQUEUING);
  }

  Job deferred(DecisionRecord record) {
    return with(draft -> draft.decision = Optional.of(record));
  }

  Job placed(Placement at, DecisionRecord record) {
    return with(
        draft -> {
          draft.state = JobState.PLACED;
          draft.attempt++;
          draft.placement = Optional.of(at);
          draft.decision = Optional.of(record);
        });
  }

  Job stopping(boolean cancel) {
    return with(
        draft -> {
          draft.state = JobState.STOPPING;
          draft.cancelled |= cancel;
        });
  }

  Job preempting() {
    return with(draft -> draft.state = JobState.PREEMPTING);
  }

  Job with(Placement changed) {
    return with(draft -> draft.placement = Optional.of(changed));
  }

  Job requeued(boolean lost) {
    return with(
        draft -> {
          draft.state = JobState.QUEUED;
          draft.placement = Optional.empty();
          if (state == JobState.PREEMPTING) {
            draft.preemptions++;
          } else if (state == JobState.REQUEUING) {
            draft.stand = stand.requeued();
          } else {
            draft.failures += lost ? 0 : 1;
            draft.losses += lost ? 1 : 0;
            draft.setback = placement.flatMap(ended -> ended.culprit(lost));
          }
        });
  }

  Job ended(JobState how, int code, long atMs) {
    return with(
        draft -> {
          draft.state = how;
          draft.exitCode = code;
          draft.endedMs = atMs;
        });
  }

  private Job with(Consumer<Draft> change) {
    Draft draft = new Draft(this);
    change.accept(draft);
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        draft.state,
        draft.attempt,
        draft.failures,
        draft.losses,
        draft.cancelled,
        draft.placement,
        draft.decision,
        draft.endedMs,
        draft.exitCode,
        draft.setback,
        draft.preemptions,
        draft.stand);
  }

  /** What may change of a job. */
  private static final class Draft {
    private JobState state;
    private int attempt;
    private int failures;
    private int losses;
    private boolean cancelled;
    private Optional<Placement> placement;
    private Optional<DecisionRecord> decision;
    private long endedMs;
    private int exitCode;
    private Optional<Placement.Part> setback;
    private int preemptions;
    private Stand stand;

    private Draft(Job job) {
      state = job.state;
      attempt = job.attempt;
      failures = job.failures;
      losses = job.losses;
      cancelled = job.cancelled;
      placement = job.placement;
      decision = job.decision;
      endedMs = job.endedMs;
      exitCode = job.exitCode;
      setback = job.setback;
      preemptions = job.preemptions;
      stand = job.stand;
    }
  }
}
