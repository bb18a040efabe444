// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Dependency;
import java.util.Collection;
import java.util.List;
import java.util.function.UnaryOperator;
import org.pcollections.HashTreePMap;
import org.pcollections.PMap;
import org.pcollections.TreePSet;

/**
 * An index of active jobs by what they depend on; it follows from the jobs, and is not journaled.
 *
 * @param by the numbers of those that await a job, by its number
 * @param barred those that can never start
 */
record Awaited(PMap<Long, TreePSet<Long>> by, TreePSet<Long> barred) {

  static final Awaited NONE = new Awaited(HashTreePMap.empty(), TreePSet.empty());

  /** Those that await job {@code number}. */
  Collection<Long> of(long number) {
    TreePSet<Long> waiting = by.get(number);
    return waiting == null ? List.of() : waiting;
  }

  Awaited plus(Job job) {
    long number = job.id().number();
    return new Awaited(
        changed(job, waiting -> waiting.plus(number)),
        job.stand().barred().isPresent() ? barred.plus(number) : barred);
  }

  Awaited minus(Job job) {
    long number = job.id().number();
    return new Awaited(changed(job, waiting -> waiting.minus(number)), barred.minus(number));
  }

  private PMap<Long, TreePSet<Long>> changed(Job job, UnaryOperator<TreePSet<Long>> change) {
    PMap<Long, TreePSet<Long>> all = by;
    for (Dependency dependency : job.stand().awaits()) {
      Long awaited = dependency.number();
      TreePSet<Long> before = all.get(awaited);
      TreePSet<Long> after = change.apply(before == null ? TreePSet.<Long>empty() : before);
      all = after.isEmpty() ? all.minus(awaited) : all.plus(awaited, after);
    }
    return all;
  }
}
