// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Pure placement policy: what fits where, and how good it is there. */
@NullMarked
package io.mosu.scheduler.placement;

import org.jspecify.annotations.NullMarked;
