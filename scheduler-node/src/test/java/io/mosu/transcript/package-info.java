// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0

/**
 * Conversations of the shipped rules as text: a change of the protocol is a diff of what is said.
 */
@NullMarked
package io.mosu.transcript;

import org.jspecify.annotations.NullMarked;
