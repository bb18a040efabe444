// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

/**
 * One job to submit.
 *
 * @param kind what it is counted under: whole, shared or cpu
 * @param spec its JSON
 * @param key its idempotency key
 */
public record Submission(String kind, String spec, String key) {}
