// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

/**
 * One thing that is wrong with a spec.
 *
 * @param field where, such as {@code gpus} or {@code command[2]}; empty for the spec as a whole
 * @param line from 1
 */
public record SpecError(String field, int line, String message) {}
