// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The conversation between a node's actor and the agent on its GPU host. */
@NullMarked
package io.mosu.scheduler.host;

import org.jspecify.annotations.NullMarked;
