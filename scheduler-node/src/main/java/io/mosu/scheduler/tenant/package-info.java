// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** A tenant: the owner of its jobs, their queue and their placements. */
@NullMarked
package io.mosu.scheduler.tenant;

import org.jspecify.annotations.NullMarked;
