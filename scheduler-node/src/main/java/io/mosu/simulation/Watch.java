// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.simulation;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.tenant.TenantEvent;

/** Hears what comes of jobs, at the virtual time at which it does. */
public interface Watch {
  /** A tenant's event has become durable. */
  default void journaled(TenantId tenant, TenantEvent event) {}

  /** A submission was not taken in. */
  default void refused(TenantId tenant, JobSpec spec, Refused why) {}
}
