// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/**
 * What runs on GPU hosts: it starts, watches, stops and fences tasks for the nodes it speaks for.
 */
@NullMarked
package io.mosu.agent;

import org.jspecify.annotations.NullMarked;
