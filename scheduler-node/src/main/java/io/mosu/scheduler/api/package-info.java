// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The edge: HTTP, problems, log streams and the wall's live feed. */
@NullMarked
package io.mosu.scheduler.api;

import org.jspecify.annotations.NullMarked;
