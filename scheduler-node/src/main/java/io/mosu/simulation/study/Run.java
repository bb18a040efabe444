// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation.study;

import java.math.BigDecimal;

/** What one policy made of the workload. */
record Run(String policy, StudyOutcome outcome, Summary summary) {

  /** In its unit; "-" where the policy has no such thing. */
  String figure(String name) {
    BigDecimal value = summary.figures().get(name);
    return value == null ? "-" : ("%,." + value.scale() + "f").formatted(value);
  }
}
