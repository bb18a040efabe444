// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Wire;

/**
 * A query or command from the edge, as the rules see it.
 *
 * @param asker names who waits for the answer, within this owner's life
 */
public record Request(long asker, Wire query) implements Wire {}
