// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.model;

/** Marks what travels between scheduler nodes or into the journal, always as Protobuf. */
public interface Wire {}
