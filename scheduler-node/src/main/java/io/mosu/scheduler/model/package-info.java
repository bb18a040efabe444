// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The leaf vocabulary that every other package speaks: ids, shapes, capacity, time. */
@NullMarked
package io.mosu.scheduler.model;

import org.jspecify.annotations.NullMarked;
