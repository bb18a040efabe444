// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * What a tenant submits: a gang of {@code nodes} like tasks, each on a node of its own.
 *
 * @param priority higher goes first within the tenant, -100 to 100
 * @param retries restarts after a task failed by itself; the loss of a host always restarts
 * @param conditions what else than room it waits for
 */
public record JobSpec(
    String name,
    String project,
    int nodes,
    Shape shape,
    int priority,
    int retries,
    TaskSpec task,
    Conditions conditions) {
  /** The highest priority; the lowest is as far below 0. */
  public static final int PRIORITY_MAX = 100;

  /** More tasks than a gang may have. */
  public static final int NODES_MAX = 1024;

  public JobSpec {
    if (nodes < 1 || nodes > NODES_MAX || retries < 0) {
      throw new IllegalArgumentException("no job: nodes=%d retries=%d".formatted(nodes, retries));
    }
  }

  /** Wall time after which it must not start, since it could miss its deadline. */
  public long latestStartMs() {
    long deadlineMs = conditions.deadlineMs();
    return deadlineMs == 0 ? Long.MAX_VALUE : Math.max(0, deadlineMs - task.ending().timeLimitMs());
  }

  /** The same job, waiting for something else. */
  public JobSpec under(Conditions changed) {
    return new JobSpec(name, project, nodes, shape, priority, retries, task, changed);
  }

  /** Of a job that waits for nothing but room. */
  public JobSpec(
      String name,
      String project,
      int nodes,
      Shape shape,
      int priority,
      int retries,
      TaskSpec task) {
    this(name, project, nodes, shape, priority, retries, task, Conditions.NONE);
  }
}
