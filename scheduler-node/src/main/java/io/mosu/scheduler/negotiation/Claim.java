// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.negotiation;

import io.mosu.scheduler.model.NodeId;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.Set;

/**
 * What a negotiation asks for besides room that is free.
 *
 * @param reserveMs for how long nodes are to keep room for the job as it comes free, 0 if not
 * @param reclaim whether what others borrowed is asked back
 * @param nodes those that keep room for the job already
 * @param avoided those that would not, when they were asked last
 */
public record Claim(long reserveMs, boolean reclaim, Set<NodeId> nodes, Set<NodeId> avoided) {

  /** Nothing. */
  public static final Claim NONE = new Claim(0, false, Set.of(), Set.of());

  public Claim {
    // in their order: that of a copy by Set.copyOf is another one in each process
    nodes = Collections.unmodifiableSet(new LinkedHashSet<>(nodes));
    avoided = Collections.unmodifiableSet(new LinkedHashSet<>(avoided));
  }

  /** Whether there is any. */
  public boolean any() {
    return reserveMs > 0;
  }
}
