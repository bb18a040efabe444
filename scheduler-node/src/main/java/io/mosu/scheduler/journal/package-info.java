// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** How an entity journals: rules decide, a child actor writes, effects leave afterwards. */
@NullMarked
package io.mosu.scheduler.journal;

import org.jspecify.annotations.NullMarked;
