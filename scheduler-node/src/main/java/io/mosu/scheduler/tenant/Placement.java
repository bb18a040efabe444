// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Where the tasks of a gang are.
 *
 * @param parts by task, from 0
 */
public record Placement(NegotiationId negotiation, List<Part> parts, long atMs) {
  public Placement {
    parts = parts.stream().sorted(Comparator.comparingInt(Part::task)).toList();
  }

  /**
   * One task's place.
   *
   * @param exit how it ended, empty while it may run
   */
  public record Part(
      int task, NodeId node, long token, Grant grant, String address, Optional<Exit> exit) {}

  public Optional<Part> part(NodeId node) {
    return parts.stream().filter(part -> part.node().equals(node)).findFirst();
  }

  public boolean allEnded() {
    return parts.stream().allMatch(part -> part.exit().isPresent());
  }

  Placement ended(int task, Exit exit) {
    List<Part> changed = new ArrayList<>(parts);
    Part part = changed.get(task);
    changed.set(
        task,
        new Part(task, part.node(), part.token(), part.grant(), part.address(), Optional.of(exit)));
    return new Placement(negotiation, changed, atMs);
  }

  /**
   * The first task whose end ended the attempt: a host's, or else the task's own, or else any that
   * did not end well.
   *
   * @param lost whether a host is to blame
   */
  Optional<Part> culprit(boolean lost) {
    Predicate<Exit> blamed = lost ? Exit::lost : Exit::failure;
    return first(blamed).or(() -> first(exit -> !exit.success()));
  }

  private Optional<Part> first(Predicate<Exit> which) {
    return parts.stream().filter(part -> part.exit().filter(which).isPresent()).findFirst();
  }
}
