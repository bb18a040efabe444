// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/**
 * A reading of both clocks of one process.
 *
 * @param wallMs milliseconds since 1970 UTC, for what people read; it may jump
 * @param tickMs milliseconds of a clock that never goes back, for deadlines within one process
 */
public record Moment(long wallMs, long tickMs) {}
