// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Turns what travels or is journaled into Protobuf bytes and back. */
@NullMarked
package io.mosu.scheduler.wire;

import org.jspecify.annotations.NullMarked;
