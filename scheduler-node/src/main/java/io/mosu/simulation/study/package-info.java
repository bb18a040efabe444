// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** What-if: a cluster and a workload of files, run by the shipped rules in virtual time. */
@NullMarked
package io.mosu.simulation.study;

import org.jspecify.annotations.NullMarked;
