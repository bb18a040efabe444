// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.TenantId;
import java.util.List;

/** What became of a spec's text. */
public sealed interface ParsedSpec {

  /** The text is a spec, with defaults filled in. */
  record Accepted(TenantId tenant, JobSpec spec) implements ParsedSpec {}

  /** The text is none; at least one error, in the order of the lines, not more than a few. */
  record Rejected(List<SpecError> errors) implements ParsedSpec {
    public Rejected {
      errors = List.copyOf(errors);
    }
  }
}
