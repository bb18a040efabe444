// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Clusters and workloads in CSV files: ours, and those that others have published. */
@NullMarked
package io.mosu.trace;

import org.jspecify.annotations.NullMarked;
