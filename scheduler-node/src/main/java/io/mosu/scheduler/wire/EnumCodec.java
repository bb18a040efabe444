// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.DependencyKind;
import io.mosu.protocol.v1.ExitKind;
import io.mosu.protocol.v1.RefusalReason;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.tenant.JobState;

/** Enums by name, so that neither side's order matters. */
final class EnumCodec {
  private EnumCodec() {}

  static ExitKind encode(Exit.Kind kind) {
    return switch (kind) {
      case EXITED -> ExitKind.EXIT_KIND_EXITED;
      case STOPPED -> ExitKind.EXIT_KIND_STOPPED;
      case NOT_STARTED -> ExitKind.EXIT_KIND_NOT_STARTED;
      case LOST -> ExitKind.EXIT_KIND_LOST;
      case SIGNALED -> ExitKind.EXIT_KIND_SIGNALED;
      case OUT_OF_MEMORY -> ExitKind.EXIT_KIND_OUT_OF_MEMORY;
      case FENCED -> ExitKind.EXIT_KIND_FENCED;
      case PREEMPTED -> ExitKind.EXIT_KIND_PREEMPTED;
      case TIME_LIMIT -> ExitKind.EXIT_KIND_TIME_LIMIT;
      case NO_WORKDIR -> ExitKind.EXIT_KIND_NO_WORKDIR;
      case DEVICE_FAULT -> ExitKind.EXIT_KIND_DEVICE_FAULT;
    };
  }

  static Exit.Kind decode(ExitKind kind) {
    return switch (kind) {
      case EXIT_KIND_EXITED -> Exit.Kind.EXITED;
      case EXIT_KIND_STOPPED -> Exit.Kind.STOPPED;
      case EXIT_KIND_NOT_STARTED -> Exit.Kind.NOT_STARTED;
      case EXIT_KIND_LOST -> Exit.Kind.LOST;
      case EXIT_KIND_SIGNALED -> Exit.Kind.SIGNALED;
      case EXIT_KIND_OUT_OF_MEMORY -> Exit.Kind.OUT_OF_MEMORY;
      case EXIT_KIND_FENCED -> Exit.Kind.FENCED;
      case EXIT_KIND_PREEMPTED -> Exit.Kind.PREEMPTED;
      case EXIT_KIND_TIME_LIMIT -> Exit.Kind.TIME_LIMIT;
      case EXIT_KIND_NO_WORKDIR -> Exit.Kind.NO_WORKDIR;
      case EXIT_KIND_DEVICE_FAULT -> Exit.Kind.DEVICE_FAULT;
      case EXIT_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(kind);
    };
  }

  static DependencyKind encode(Dependency.Kind kind) {
    return switch (kind) {
      case AFTER -> DependencyKind.DEPENDENCY_KIND_AFTER;
      case AFTEROK -> DependencyKind.DEPENDENCY_KIND_AFTEROK;
      case AFTERANY -> DependencyKind.DEPENDENCY_KIND_AFTERANY;
      case AFTERNOTOK -> DependencyKind.DEPENDENCY_KIND_AFTERNOTOK;
    };
  }

  static Dependency.Kind decode(DependencyKind kind) {
    return switch (kind) {
      case DEPENDENCY_KIND_AFTER -> Dependency.Kind.AFTER;
      case DEPENDENCY_KIND_AFTEROK -> Dependency.Kind.AFTEROK;
      case DEPENDENCY_KIND_AFTERANY -> Dependency.Kind.AFTERANY;
      case DEPENDENCY_KIND_AFTERNOTOK -> Dependency.Kind.AFTERNOTOK;
      case DEPENDENCY_KIND_UNSPECIFIED, UNRECOGNIZED -> throw unknown(kind);
    };
  }

  static io.mosu.protocol.v1.JobState encode(JobState state) {
    return switch (state) {
      case QUEUED -> io.mosu.protocol.v1.JobState.JOB_STATE_QUEUED;
      case PLACED -> io.mosu.protocol.v1.JobState.JOB_STATE_PLACED;
      case STOPPING -> io.mosu.protocol.v1.JobState.JOB_STATE_STOPPING;
      case PREEMPTING -> io.mosu.protocol.v1.JobState.JOB_STATE_PREEMPTING;
      case REQUEUING -> io.mosu.protocol.v1.JobState.JOB_STATE_REQUEUING;
      case COMPLETED -> io.mosu.protocol.v1.JobState.JOB_STATE_COMPLETED;
      case FAILED -> io.mosu.protocol.v1.JobState.JOB_STATE_FAILED;
      case CANCELLED -> io.mosu.protocol.v1.JobState.JOB_STATE_CANCELLED;
    };
  }

  static JobState decode(io.mosu.protocol.v1.JobState state) {
    return switch (state) {
      case JOB_STATE_QUEUED -> JobState.QUEUED;
      case JOB_STATE_PLACED -> JobState.PLACED;
      case JOB_STATE_STOPPING -> JobState.STOPPING;
      case JOB_STATE_PREEMPTING -> JobState.PREEMPTING;
      case JOB_STATE_REQUEUING -> JobState.REQUEUING;
      case JOB_STATE_COMPLETED -> JobState.COMPLETED;
      case JOB_STATE_FAILED -> JobState.FAILED;
      case JOB_STATE_CANCELLED -> JobState.CANCELLED;
      case JOB_STATE_UNSPECIFIED, UNRECOGNIZED -> throw unknown(state);
    };
  }

  static RefusalReason encode(Refusal refusal) {
    return switch (refusal) {
      case INVALID_SPEC -> RefusalReason.REFUSAL_REASON_INVALID_SPEC;
      case BODY_TOO_LARGE -> RefusalReason.REFUSAL_REASON_BODY_TOO_LARGE;
      case IMPOSSIBLE -> RefusalReason.REFUSAL_REASON_IMPOSSIBLE;
      case QUEUE_FULL -> RefusalReason.REFUSAL_REASON_QUEUE_FULL;
      case UNKNOWN_JOB -> RefusalReason.REFUSAL_REASON_UNKNOWN_JOB;
      case UNKNOWN_NODE -> RefusalReason.REFUSAL_REASON_UNKNOWN_NODE;
      case UNKNOWN_TENANT -> RefusalReason.REFUSAL_REASON_UNKNOWN_TENANT;
      case STORE_UNAVAILABLE -> RefusalReason.REFUSAL_REASON_STORE_UNAVAILABLE;
      case OUTCOME_UNKNOWN -> RefusalReason.REFUSAL_REASON_OUTCOME_UNKNOWN;
      case NOT_READY -> RefusalReason.REFUSAL_REASON_NOT_READY;
      case NO_LOG -> RefusalReason.REFUSAL_REASON_NO_LOG;
      case NO_ANSWER -> RefusalReason.REFUSAL_REASON_NO_ANSWER;
      case INTERNAL -> RefusalReason.REFUSAL_REASON_INTERNAL;
      case NO_CAPACITY -> RefusalReason.REFUSAL_REASON_NO_CAPACITY;
      case MODEL_MISMATCH -> RefusalReason.REFUSAL_REASON_MODEL_MISMATCH;
      case HELD -> RefusalReason.REFUSAL_REASON_HELD;
      case WOUNDED -> RefusalReason.REFUSAL_REASON_WOUNDED;
      case UNREACHABLE -> RefusalReason.REFUSAL_REASON_UNREACHABLE;
      case HOLD_GONE -> RefusalReason.REFUSAL_REASON_HOLD_GONE;
      case NO_CANDIDATE -> RefusalReason.REFUSAL_REASON_NO_CANDIDATE;
      case NOT_RUNNING -> RefusalReason.REFUSAL_REASON_NOT_RUNNING;
      case PORT_NOT_DECLARED -> RefusalReason.REFUSAL_REASON_PORT_NOT_DECLARED;
      case PORT_CLOSED -> RefusalReason.REFUSAL_REASON_PORT_CLOSED;
      case NO_TERMINAL -> RefusalReason.REFUSAL_REASON_NO_TERMINAL;
      case FOREIGN_ORIGIN -> RefusalReason.REFUSAL_REASON_FOREIGN_ORIGIN;
      case STREAM_LIMIT -> RefusalReason.REFUSAL_REASON_STREAM_LIMIT;
      case NO_CONTAINERS -> RefusalReason.REFUSAL_REASON_NO_CONTAINERS;
      case UNKNOWN_WORKDIR -> RefusalReason.REFUSAL_REASON_UNKNOWN_WORKDIR;
      case STORE_FULL -> RefusalReason.REFUSAL_REASON_STORE_FULL;
      case AGENT_ALIVE -> RefusalReason.REFUSAL_REASON_AGENT_ALIVE;
      case DRAINING -> RefusalReason.REFUSAL_REASON_DRAINING;
      case NOT_STARTING -> RefusalReason.REFUSAL_REASON_NOT_STARTING;
      case DEVICE_FAULT -> RefusalReason.REFUSAL_REASON_DEVICE_FAULT;
      case UNKNOWN_DEVICE -> RefusalReason.REFUSAL_REASON_UNKNOWN_DEVICE;
      case QUOTA -> RefusalReason.REFUSAL_REASON_QUOTA;
      case JOB_ENDED -> RefusalReason.REFUSAL_REASON_JOB_ENDED;
      case DEADLINE -> RefusalReason.REFUSAL_REASON_DEADLINE;
      case RESERVED -> RefusalReason.REFUSAL_REASON_RESERVED;
      case RESERVING -> RefusalReason.REFUSAL_REASON_RESERVING;
      case RECLAIMING -> RefusalReason.REFUSAL_REASON_RECLAIMING;
    };
  }

  static Refusal decode(RefusalReason reason) {
    return switch (reason) {
      case REFUSAL_REASON_INVALID_SPEC -> Refusal.INVALID_SPEC;
      case REFUSAL_REASON_BODY_TOO_LARGE -> Refusal.BODY_TOO_LARGE;
      case REFUSAL_REASON_IMPOSSIBLE -> Refusal.IMPOSSIBLE;
      case REFUSAL_REASON_QUEUE_FULL -> Refusal.QUEUE_FULL;
      case REFUSAL_REASON_UNKNOWN_JOB -> Refusal.UNKNOWN_JOB;
      case REFUSAL_REASON_UNKNOWN_NODE -> Refusal.UNKNOWN_NODE;
      case REFUSAL_REASON_UNKNOWN_TENANT -> Refusal.UNKNOWN_TENANT;
      case REFUSAL_REASON_STORE_UNAVAILABLE -> Refusal.STORE_UNAVAILABLE;
      case REFUSAL_REASON_OUTCOME_UNKNOWN -> Refusal.OUTCOME_UNKNOWN;
      case REFUSAL_REASON_NOT_READY -> Refusal.NOT_READY;
      case REFUSAL_REASON_NO_LOG -> Refusal.NO_LOG;
      case REFUSAL_REASON_NO_ANSWER -> Refusal.NO_ANSWER;
      case REFUSAL_REASON_INTERNAL -> Refusal.INTERNAL;
      case REFUSAL_REASON_NO_CAPACITY -> Refusal.NO_CAPACITY;
      case REFUSAL_REASON_MODEL_MISMATCH -> Refusal.MODEL_MISMATCH;
      case REFUSAL_REASON_HELD -> Refusal.HELD;
      case REFUSAL_REASON_WOUNDED -> Refusal.WOUNDED;
      case REFUSAL_REASON_UNREACHABLE -> Refusal.UNREACHABLE;
      case REFUSAL_REASON_HOLD_GONE -> Refusal.HOLD_GONE;
      case REFUSAL_REASON_NO_CANDIDATE -> Refusal.NO_CANDIDATE;
      case REFUSAL_REASON_NOT_RUNNING -> Refusal.NOT_RUNNING;
      case REFUSAL_REASON_PORT_NOT_DECLARED -> Refusal.PORT_NOT_DECLARED;
      case REFUSAL_REASON_PORT_CLOSED -> Refusal.PORT_CLOSED;
      case REFUSAL_REASON_NO_TERMINAL -> Refusal.NO_TERMINAL;
      case REFUSAL_REASON_FOREIGN_ORIGIN -> Refusal.FOREIGN_ORIGIN;
      case REFUSAL_REASON_STREAM_LIMIT -> Refusal.STREAM_LIMIT;
      case REFUSAL_REASON_NO_CONTAINERS -> Refusal.NO_CONTAINERS;
      case REFUSAL_REASON_UNKNOWN_WORKDIR -> Refusal.UNKNOWN_WORKDIR;
      case REFUSAL_REASON_STORE_FULL -> Refusal.STORE_FULL;
      case REFUSAL_REASON_AGENT_ALIVE -> Refusal.AGENT_ALIVE;
      case REFUSAL_REASON_DRAINING -> Refusal.DRAINING;
      case REFUSAL_REASON_NOT_STARTING -> Refusal.NOT_STARTING;
      case REFUSAL_REASON_DEVICE_FAULT -> Refusal.DEVICE_FAULT;
      case REFUSAL_REASON_UNKNOWN_DEVICE -> Refusal.UNKNOWN_DEVICE;
      case REFUSAL_REASON_QUOTA -> Refusal.QUOTA;
      case REFUSAL_REASON_JOB_ENDED -> Refusal.JOB_ENDED;
      case REFUSAL_REASON_DEADLINE -> Refusal.DEADLINE;
      case REFUSAL_REASON_RESERVED -> Refusal.RESERVED;
      case REFUSAL_REASON_RESERVING -> Refusal.RESERVING;
      case REFUSAL_REASON_RECLAIMING -> Refusal.RECLAIMING;
      case REFUSAL_REASON_UNSPECIFIED, UNRECOGNIZED -> throw unknown(reason);
    };
  }

  static IllegalArgumentException unknown(Enum<?> value) {
    return new IllegalArgumentException(
        "unknown %s: %s".formatted(value.getDeclaringClass().getSimpleName(), value.name()));
  }
}
