// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantAnswer.JobsAnswer;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** Fills with the jobs that match, in order, and remembers where the next page begins. */
final class JobsPage {
  private final Set<String> states;
  private final int size;
  private final List<JobView> jobs = new ArrayList<>();
  private @Nullable JobId last;
  private boolean more;

  /** The answer's body. */
  record View(List<JobView> jobs, @Nullable String nextPageToken) {}

  /**
   * An empty page.
   *
   * @param states as the API names them; empty for all
   */
  JobsPage(Set<String> states, int size) {
    this.states = states;
    this.size = size;
  }

  /** Takes in what fits; whether there is room for more. */
  boolean take(JobsAnswer answer) {
    for (JobAnswer job : answer.jobs()) {
      if (jobs.size() >= size) {
        more = true;
        return false;
      }
      last = job.job().id();
      if (states.isEmpty() || states.contains(JobView.state(job))) {
        jobs.add(JobView.of(job));
      }
    }
    more = jobs.size() >= size && answer.more();
    return !more;
  }

  View view() {
    return new View(List.copyOf(jobs), more && last != null ? token(last) : null);
  }

  private static String token(JobId id) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(id.toString().getBytes(StandardCharsets.UTF_8));
  }

  /** The job after which a page begins. */
  static Optional<JobId> after(@Nullable String token) {
    if (token == null || token.isEmpty()) {
      return Optional.empty();
    }
    try {
      String id = new String(Base64.getUrlDecoder().decode(token), StandardCharsets.UTF_8);
      return Optional.of(
          JobId.parse(id).orElseThrow(() -> new IllegalArgumentException("no job id: " + id)));
    } catch (IllegalArgumentException broken) {
      throw Parameters.denial("pageToken", "not a token of this API; use nextPageToken as it is");
    }
  }
}
