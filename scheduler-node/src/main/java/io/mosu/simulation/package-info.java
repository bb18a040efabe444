// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** A virtual world in which the shipped rules run under faults, one seed at a time. */
@NullMarked
package io.mosu.simulation;

import org.jspecify.annotations.NullMarked;
