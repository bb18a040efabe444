// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;

/** One node that the agent speaks for, and what it has. */
record HostPlan(NodeId node, Inventory inventory) {}
