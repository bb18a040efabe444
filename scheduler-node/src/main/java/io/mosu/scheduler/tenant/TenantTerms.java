// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import io.mosu.scheduler.negotiation.Terms;

/**
 * Limits of a tenant; the same on every scheduler node.
 *
 * @param jobsMax active jobs; a submission beyond is refused
 * @param lossesMax restarts of one job after lost hosts
 * @param reserveAfterMs how long the first of the waiting jobs waits before room is kept for it
 * @param reviewMs how often waiting work is held against the board if nobody invites
 */
public record TenantTerms(
    Terms negotiation, int jobsMax, int lossesMax, long reserveAfterMs, long reviewMs) {}
