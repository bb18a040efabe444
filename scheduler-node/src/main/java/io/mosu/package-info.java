// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The one program: its verbs are handed to the scheduler node, the agent or the client. */
@NullMarked
package io.mosu;

import org.jspecify.annotations.NullMarked;
