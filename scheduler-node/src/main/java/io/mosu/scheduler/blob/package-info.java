// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
/** Archives that tasks start with, kept by what is in them. */
@NullMarked
package io.mosu.scheduler.blob;

import org.jspecify.annotations.NullMarked;
