// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0

/** The wiring of a scheduler node: settings, schema, guardian, sharding and health. */
@NullMarked
package io.mosu.scheduler.cluster;

import org.jspecify.annotations.NullMarked;
