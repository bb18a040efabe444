// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import java.time.Duration;
import java.util.List;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.cluster.MemberStatus;
import org.apache.pekko.cluster.typed.Cluster;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

class WarmUpActorTest {
  private static final Duration PATIENCE = Duration.ofSeconds(30);

  private final ActorTestKit kit =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  "pekko.actor.provider = cluster, pekko.remote.artery.canonical.port = 0,"
                      + " pekko.remote.artery.canonical.hostname = 127.0.0.1")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config()));
  private final Cluster cluster = Cluster.get(kit.system());
  private final TestProbe<Void> probe = kit.createTestProbe();

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void joinsOnceTheJournalWasRead() {
    probe.expectTerminated(warmUp(List.of(self())), PATIENCE);
    becomesMember();
  }

  @Test
  void goesOnWhereTheFirstReadsFail() {
    PersistenceTestKit journal = PersistenceTestKit.create(kit.system());
    journal.failNextNOps(2);
    probe.expectTerminated(warmUp(List.of(self())), PATIENCE);
    becomesMember();
  }

  @Test
  void joinsNobodyWithoutSeeds() {
    probe.expectTerminated(warmUp(List.of()), PATIENCE);
    assertThat(cluster.selfMember().status()).isEqualTo(MemberStatus.removed());
  }

  private ActorRef<Void> warmUp(List<String> seeds) {
    return kit.spawn(WarmUpActor.create(seeds));
  }

  private String self() {
    return cluster.selfMember().address().toString();
  }

  private void becomesMember() {
    probe.awaitAssert(
        PATIENCE,
        () -> {
          assertThat(cluster.selfMember().status()).isEqualTo(MemberStatus.up());
          return true;
        });
  }
}
