// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

/**
 * One row of the journal as it is stored.
 *
 * @param writtenMs wall time of the write
 * @param manifest names the class of the event in {@code payload}
 */
// an array stays an array: a row is read once and dropped
@SuppressWarnings("ArrayRecordComponent")
public record JournalRow(
    String persistenceId, long sequence, long writtenMs, String manifest, byte[] payload) {}
