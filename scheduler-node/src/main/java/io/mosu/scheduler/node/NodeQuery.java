// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Wire;

/** What the edge asks a node. */
public sealed interface NodeQuery extends Wire {

  /** Answered by a {@link NodeView}. */
  record Show() implements NodeQuery {}
}
