// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Real processes for integration tests: PostgreSQL, scheduler nodes and agents that can be killed.
 */
@NullMarked
package io.mosu.testing;

import org.jspecify.annotations.NullMarked;
