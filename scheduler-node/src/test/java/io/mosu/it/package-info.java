// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0

/** A cluster as it ships: three JVMs, agents, PostgreSQL; and what is done to it. */
@NullMarked
package io.mosu.it;

import org.jspecify.annotations.NullMarked;
