// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Dependency.Kind;
import io.mosu.scheduler.model.JobSpec;
import java.util.List;
import java.util.Optional;

/**
 * How a job stands with what its owner wants of it besides room, while it is not over.
 *
 * @param held whether it must not start until it is released
 * @param priority as it is now, {@link JobSpec#PRIORITY_MAX} at most
 * @param requeues attempts that were ended because somebody asked for it
 * @param awaits dependencies that do not hold yet; one that held once is not asked again
 * @param barred a dependency that can never hold, so that the job is to be ended
 */
public record Stand(
    boolean held,
    int priority,
    int requeues,
    List<Dependency> awaits,
    Optional<Dependency> barred) {

  public Stand {
    awaits = List.copyOf(awaits);
  }

  /** As submitted. */
  public static Stand of(JobSpec spec) {
    return new Stand(
        spec.conditions().hold(),
        spec.priority(),
        0,
        spec.conditions().dependencies(),
        Optional.empty());
  }

  /** Whether it keeps the job from starting. */
  public boolean bars() {
    return held || barred.isPresent() || !awaits.isEmpty();
  }

  Stand held(boolean now) {
    return new Stand(now, priority, requeues, awaits, barred);
  }

  Stand priority(int now) {
    return new Stand(held, now, requeues, awaits, barred);
  }

  Stand requeued() {
    return new Stand(held, priority, requeues + 1, awaits, barred);
  }

  /** After another job was placed or ended. */
  Stand after(Job other) {
    List<Dependency> open =
        awaits.stream().filter(each -> !concerns(each, other) || !met(each.kind(), other)).toList();
    Optional<Dependency> never =
        open.stream()
            .filter(each -> concerns(each, other) && other.state().terminal())
            .findFirst()
            .or(() -> barred);
    return new Stand(held, priority, requeues, open, never);
  }

  private static boolean concerns(Dependency dependency, Job other) {
    return dependency.number() == other.id().number();
  }

  /** Of one that is over, what is not met never will be. */
  private static boolean met(Kind kind, Job other) {
    boolean over = other.state().terminal();
    boolean well = other.state() == JobState.COMPLETED;
    return switch (kind) {
      case AFTER -> over || other.attempt() > 0;
      case AFTEROK -> well;
      case AFTERANY -> over;
      case AFTERNOTOK -> over && !well;
    };
  }
}
