// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import io.mosu.scheduler.model.Wire;

/**
 * One part of a stream on its way.
 *
 * @param stream names the stream within the agent's connection
 */
public record StreamSaid(long stream, StreamPart part) implements Wire {}
