// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** The job spec as people write it: text in, a model spec or a list of errors out. */
@NullMarked
package io.mosu.scheduler.job;

import org.jspecify.annotations.NullMarked;
