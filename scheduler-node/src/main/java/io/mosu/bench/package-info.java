// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Measures a running cluster through its HTTP API; prints a table and one line of JSON. */
@NullMarked
package io.mosu.bench;

import org.jspecify.annotations.NullMarked;
