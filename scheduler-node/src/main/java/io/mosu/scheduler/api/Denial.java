// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.Refusal;

/** Carries a {@link Problem} out of a request's handling; it is no fault, so it has no trace. */
final class Denial extends RuntimeException {
  private static final long serialVersionUID = 1;

  private final transient Problem problem;

  Denial(Problem problem) {
    super(problem.detail(), null, false, false);
    this.problem = problem;
  }

  Denial(Refusal reason, String detail) {
    this(Problem.of(reason, detail));
  }

  Problem problem() {
    return problem;
  }
}
