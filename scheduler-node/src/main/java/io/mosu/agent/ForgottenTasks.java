// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Exit;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/** The latest tasks whose end the node has kept, so that none of them is launched again. */
final class ForgottenTasks {

  /** Ended tokens remembered one by one; of all below, none is launched any more. */
  static final int MAX = 1024;

  private final TreeMap<Long, Exit> exits = new TreeMap<>();
  private final Set<Long> rejected = new LinkedHashSet<>();
  private long below;

  void add(KnownTask task) {
    exits.put(task.token(), task.exit());
    while (exits.size() > MAX) {
      below = Math.max(below, exits.pollFirstEntry().getKey());
    }
  }

  /** How the task ended, null if it is not remembered. */
  @Nullable Exit exit(long token) {
    return exits.get(token);
  }

  /** No token up to this one is remembered by itself. */
  long below() {
    return below;
  }

  /** Whether nothing of the token was rejected yet: an order that is repeated is noted once. */
  boolean rejectedFirst(long token) {
    if (rejected.size() >= MAX) {
      rejected.remove(rejected.iterator().next());
    }
    return rejected.add(token);
  }
}
