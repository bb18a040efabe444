// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** A GPU node: the owner of its inventory, holds and leases. */
@NullMarked
package io.mosu.scheduler.node;

import org.jspecify.annotations.NullMarked;
