// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * What the check of a journal found.
 *
 * @param provisional leases whose tenant has not journaled the placement, though it still may
 * @param ending leases of tasks whose end is journaled, to be released next
 * @param invitedMax nodes asked in the negotiation of one placement, at most
 * @param broken how often each rule is, where it is at all
 * @param violations the first ones
 */
public record JournalReport(
    long rows,
    long otherRows,
    int nodes,
    int tenants,
    long jobs,
    long activeJobs,
    long endedJobs,
    long placements,
    long leasesGranted,
    long leases,
    long provisional,
    long ending,
    int invitedMax,
    Map<Violation.Rule, Long> broken,
    List<Violation> violations) {

  public JournalReport {
    broken = Map.copyOf(broken);
    violations = List.copyOf(violations);
  }

  public long violationCount() {
    return broken.values().stream().mapToLong(Long::longValue).sum();
  }

  /** How often {@code rule} is broken. */
  public long count(Violation.Rule rule) {
    return broken.getOrDefault(rule, 0L);
  }

  /** Whether nothing is broken; of an empty journal nobody knows. */
  public boolean ok() {
    return rows > 0 && broken.isEmpty();
  }

  /** Whether no lease is on its way from or to a job. */
  public boolean settled() {
    return provisional == 0 && ending == 0;
  }

  /** The counts by what they count, in order. */
  public Map<String, Long> counts() {
    Map<String, Long> counts = new LinkedHashMap<>();
    counts.put("journal rows", rows);
    counts.put("rows of others", otherRows);
    counts.put("nodes", (long) nodes);
    counts.put("tenants", (long) tenants);
    counts.put("jobs submitted", jobs);
    counts.put("jobs active", activeJobs);
    counts.put("jobs ended", endedJobs);
    counts.put("placements", placements);
    counts.put("leases granted", leasesGranted);
    counts.put("leases now", leases);
    counts.put("provisional leases", provisional);
    counts.put("ending leases", ending);
    return counts;
  }

  /** A line per count and violation, the last one {@code violations: N}. */
  public String table() {
    StringBuilder text = new StringBuilder();
    counts().forEach((what, n) -> text.append("%-20s %,12d%n".formatted(what, n)));
    violations.forEach(violation -> text.append(violation).append(System.lineSeparator()));
    if (rows == 0) {
      text.append("the journal is empty: is this the cluster's database?%n".formatted());
    }
    if (violationCount() > violations.size()) {
      text.append("and %,d more%n".formatted(violationCount() - violations.size()));
    }
    return text.append("violations: ").append(violationCount()).toString();
  }
}
