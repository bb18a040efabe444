// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** What is read off the journal from outside: its check. */
@NullMarked
package io.mosu.scheduler.metering;

import org.jspecify.annotations.NullMarked;
