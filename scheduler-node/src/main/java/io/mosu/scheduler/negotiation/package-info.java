// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The contract net between a tenant and nodes: its messages, and one round as a pure machine. */
@NullMarked
package io.mosu.scheduler.negotiation;

import org.jspecify.annotations.NullMarked;
