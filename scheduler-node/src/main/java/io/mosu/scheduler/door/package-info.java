// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Where agents come in: one WebSocket each, passed on to the actors of their nodes. */
@NullMarked
package io.mosu.scheduler.door;

import org.jspecify.annotations.NullMarked;
