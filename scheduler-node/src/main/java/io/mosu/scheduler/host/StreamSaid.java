// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.Wire;

/**
 * One part of a stream on its way.
 *
 * @param stream names the stream within the agent's connection
 * @param sequence from 1 in each direction, so that a lost one is noticed; 0 for what the way says
 */
public record StreamSaid(long stream, long sequence, StreamPart part) implements Wire {}
