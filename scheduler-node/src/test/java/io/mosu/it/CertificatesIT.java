// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.it;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.bench.SchedulerApi;
import io.mosu.testing.ForkedServer;
import io.mosu.testing.ForkedServer.Launch;
import io.mosu.testing.ForkedServer.Ports;
import io.mosu.testing.PostgresServer;
import io.mosu.testing.TestAuthority;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Scheduler nodes under mutual TLS: those of one authority are a cluster, another stays out. */
class CertificatesIT {
  private static final Duration OUT_LIMIT = Duration.ofSeconds(60);

  @TempDir Path directory;

  @Test
  void aNodeOfAnotherAuthorityStaysOut() {
    TestAuthority authority = TestAuthority.create();
    List<Ports> ports = Ports.free(3);
    List<ForkedServer> servers = new ArrayList<>();
    try (PostgresServer database = PostgresServer.start()) {
      try {
        for (int i = 0; i < 2; i++) {
          Path own = authority.node(directory.resolve("node-" + i));
          servers.add(ForkedServer.start(launch(i, ports, database, own)));
        }
        servers.forEach(ForkedServer::awaitReady);
        Path foreign = TestAuthority.create().node(directory.resolve("foreign"));
        ForkedServer stranger = ForkedServer.start(launch(2, ports, database, foreign));
        servers.add(stranger);
        // it finds no cluster, and ends itself
        assertThat(SchedulerApi.await(() -> !stranger.isAlive(), OUT_LIMIT)).isTrue();
        SchedulerApi api = new SchedulerApi(List.of("127.0.0.1:" + ports.get(0).http()));
        assertThat(api.get("/v1/cluster").body().path("members")).hasSize(2);
      } finally {
        servers.forEach(ForkedServer::close);
      }
    }
  }

  private static Launch launch(
      int node, List<Ports> ports, PostgresServer database, Path certificates) {
    return new Launch(
        "tls-" + node,
        "config/node.conf",
        ports.get(node),
        // the stranger too asks the two first: it must not be a cluster of its own
        ports.subList(0, 2),
        database.url(),
        List.of(
            "-Xmx256m",
            "-XX:TieredStopAtLevel=1",
            "-Dmosu.certificates=" + certificates,
            "-Dpekko.cluster.shutdown-after-unsuccessful-join-seed-nodes=10s"));
  }
}
