// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.board;

import io.mosu.scheduler.model.Digest;
import io.mosu.scheduler.model.Inventory;

/** One node on the board: what it has, and what of it was free when it last spoke. */
public record Offering(Digest digest, Inventory inventory) {}
