// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import com.fasterxml.jackson.databind.JsonNode;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** Jobs that run through all that is done to the cluster, and must not notice. */
final class LongJobs {
  private static final Duration LIMIT = Duration.ofSeconds(60);
  private static final int IN_FLIGHT = 16;

  private final SchedulerApi api;
  private final Map<String, String> places = new TreeMap<>();

  LongJobs(SchedulerApi api) {
    this.api = api;
  }

  /** Returns when all run. */
  void start(String run, Specs.Ask ask, List<String> tenants, int jobs) {
    List<Submission> submissions = new ArrayList<>();
    for (int i = 0; i < jobs; i++) {
      String tenant = tenants.get(i % tenants.size());
      submissions.add(
          new Submission(
              "long",
              Specs.job(run, tenant, 1, ask, List.of("sleep", "infinity")),
              run + "-long-" + i));
    }
    List<String> ids =
        new Submitter(api, IN_FLIGHT, 0)
            .run(submissions, done -> {}).stream().map(Submitter.Outcome::job).toList();
    boolean all =
        SchedulerApi.await(
            () -> ids.stream().allMatch(id -> state(id).equals("RUNNING")),
            Duration.ofMillis(500),
            LIMIT);
    if (!all) {
      throw new IllegalStateException("not all long jobs run after " + LIMIT.toSeconds() + " s");
    }
    ids.forEach(id -> places.put(id, place(id)));
  }

  /** How many do not run any more where, and as which lease, they ran first. */
  long touched() {
    return places.entrySet().stream()
        .filter(job -> !place(job.getKey()).equals(job.getValue()))
        .count();
  }

  int size() {
    return places.size();
  }

  void cancel() {
    places.keySet().forEach(id -> api.cancel(id, 0).join());
  }

  private String state(String id) {
    return api.get("/v1/jobs/" + id).body().path("state").asText();
  }

  /** Where it runs: attempt, node and lease of each of its tasks. */
  private String place(String id) {
    JsonNode job = api.get("/v1/jobs/" + id).body();
    StringBuilder place = new StringBuilder();
    boolean runs = job.path("state").asText().matches("STARTING|RUNNING");
    place.append(runs).append(' ').append(job.path("attempt").asInt());
    for (JsonNode part : job.path("placement")) {
      place.append(' ').append(part.path("node").asText());
      place.append('/').append(part.path("leaseToken").asLong());
    }
    return place.toString();
  }
}
