// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.Shape;

/**
 * What tenants of one scheduler node were asked to run, for the others to expect it too.
 *
 * @param shape without its memory, which no expectation looks at
 * @param tasks how many
 */
public record Arrival(Shape shape, int tasks) {}
