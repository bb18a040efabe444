// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.Rank;
import io.mosu.scheduler.negotiation.DecisionRecord;
import java.util.Optional;

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
    return new Job(
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
        setback,
        preemptions,
        changed);
  }

  Job requeuing() {
    return ending(JobState.REQUEUING, false);
  }

  Job deferred(DecisionRecord record) {
    return new Job(
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
        Optional.of(record),
        endedMs,
        exitCode,
        setback,
        preemptions,
        stand);
  }

  Job placed(Placement at, DecisionRecord record) {
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        JobState.PLACED,
        attempt + 1,
        failures,
        losses,
        cancelled,
        Optional.of(at),
        Optional.of(record),
        endedMs,
        exitCode,
        setback,
        preemptions,
        stand);
  }

  Job stopping(boolean cancel) {
    return ending(JobState.STOPPING, cancel);
  }

  Job preempting() {
    return ending(JobState.PREEMPTING, false);
  }

  private Job ending(JobState how, boolean cancel) {
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        how,
        attempt,
        failures,
        losses,
        cancelled || cancel,
        placement,
        decision,
        endedMs,
        exitCode,
        setback,
        preemptions,
        stand);
  }

  Job with(Placement changed) {
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        state,
        attempt,
        failures,
        losses,
        cancelled,
        Optional.of(changed),
        decision,
        endedMs,
        exitCode,
        setback,
        preemptions,
        stand);
  }

  Job requeued(boolean lost) {
    boolean preempted = state == JobState.PREEMPTING;
    boolean asked = state == JobState.REQUEUING;
    boolean own = !preempted && !asked;
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        JobState.QUEUED,
        attempt,
        failures + (own && !lost ? 1 : 0),
        losses + (own && lost ? 1 : 0),
        cancelled,
        Optional.empty(),
        decision,
        endedMs,
        exitCode,
        !own ? setback : placement.flatMap(ended -> ended.culprit(lost)),
        preemptions + (preempted ? 1 : 0),
        asked ? stand.requeued() : stand);
  }

  Job ended(JobState how, int code, long atMs) {
    return new Job(
        id,
        spec,
        key,
        submittedMs,
        how,
        attempt,
        failures,
        losses,
        cancelled,
        placement,
        decision,
        atMs,
        code,
        setback,
        preemptions,
        stand);
  }
}
