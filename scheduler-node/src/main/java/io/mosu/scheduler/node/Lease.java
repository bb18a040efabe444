// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NegotiationId;

/**
 * A journaled grant of devices to one task.
 *
 * @param task the task's place in its gang
 * @param token higher than that of any earlier lease of this node, set once
 * @param sinceMs wall time of the grant
 */
public record Lease(
    NegotiationId negotiation, JobId job, int task, long token, Grant grant, long sinceMs) {}
