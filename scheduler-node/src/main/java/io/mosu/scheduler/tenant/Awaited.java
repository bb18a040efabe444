// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Dependency;
import java.util.Collection;
import java.util.List;
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
    Long number = job.id().number();
    PMap<Long, TreePSet<Long>> all = by;
    for (Dependency dependency : job.stand().awaits()) {
      TreePSet<Long> waiting = all.get(dependency.number());
      all =
          all.plus(
              dependency.number(),
              waiting == null ? TreePSet.singleton(number) : waiting.plus(number));
    }
    return new Awaited(all, job.stand().barred().isPresent() ? barred.plus(number) : barred);
  }

  Awaited minus(Job job) {
    Long number = job.id().number();
    PMap<Long, TreePSet<Long>> all = by;
    for (Dependency dependency : job.stand().awaits()) {
      TreePSet<Long> waiting = all.get(dependency.number());
      if (waiting != null) {
        TreePSet<Long> rest = waiting.minus(number);
        all = rest.isEmpty() ? all.minus(dependency.number()) : all.plus(dependency.number(), rest);
      }
    }
    return new Awaited(all, barred.minus(number));
  }
}
