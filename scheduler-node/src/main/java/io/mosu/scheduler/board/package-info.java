// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Each scheduler node's eventually consistent copy of supply and demand. */
@NullMarked
package io.mosu.scheduler.board;

import org.jspecify.annotations.NullMarked;
