// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;

/** No; {@code detail} says what, the reason's advice says what to do. */
public record Refused(Refusal reason, String detail) implements Wire {}
