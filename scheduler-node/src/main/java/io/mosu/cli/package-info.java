// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The client verbs: they speak only the HTTP API and load neither Pekko nor its configuration. */
@NullMarked
package io.mosu.cli;

import org.jspecify.annotations.NullMarked;
