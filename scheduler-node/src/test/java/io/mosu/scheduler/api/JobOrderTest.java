// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantQuery;
import java.net.http.HttpRequest.BodyPublishers;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

class JobOrderTest {
  private static ApiServer server;

  @BeforeAll
  static void start() {
    server = new ApiServer();
    server.want("acme", 3, 2, 10);
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Test
  void ordersReachTheJobsOwner() {
    server.entities.tenants =
        (tenant, query) -> new JobAnswer(ApiServer.job("acme", 1, JobState.QUEUED), 0, false);
    for (String verb : List.of("hold", "release", "requeue", "priority?to=-7")) {
      assertThat(post(verb).status()).isEqualTo(202);
    }
    assertThat(server.entities.asked)
        .containsExactly(
            new TenantQuery.Hold(1),
            new TenantQuery.Release(1),
            new TenantQuery.Requeue(1),
            new TenantQuery.Prioritise(1, -7));
  }

  @Test
  void ordersThatNobodyCanGiveAreNamed() {
    assertThat(post("paint").status()).isEqualTo(404);
    assertThat(post("hold?to=1").status()).isEqualTo(400);
    assertThat(post("priority?to=101").json().get("detail").asText()).contains("-100 to 100");
    assertThat(post("priority").json().get("detail").asText()).contains("missing");
  }

  private static ApiServer.Answer post(String order) {
    return server.send(server.request("/v1/jobs/acme-1:" + order).POST(BodyPublishers.noBody()));
  }
}
