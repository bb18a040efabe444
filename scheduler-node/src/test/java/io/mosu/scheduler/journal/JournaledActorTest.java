// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.journal;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.journal.CounterPort.Add;
import io.mosu.scheduler.journal.CounterPort.AddAsked;
import io.mosu.scheduler.journal.CounterPort.Added;
import io.mosu.scheduler.journal.CounterPort.Claimed;
import io.mosu.scheduler.journal.CounterPort.Get;
import io.mosu.scheduler.journal.CounterPort.Sum;
import io.mosu.scheduler.journal.CounterPort.Tell;
import io.mosu.scheduler.journal.JournaledActor.Asked;
import io.mosu.scheduler.journal.JournaledActor.Surroundings;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Wire;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.ProcessingSuccess;
import org.apache.pekko.persistence.testkit.WriteEvents;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.apache.pekko.persistence.typed.PersistenceId;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class JournaledActorTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseString(
                  "pekko.persistence.testkit { events.serialize = off, snapshots.serialize = off }")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config()));
  private static final PersistenceTestKit JOURNAL = PersistenceTestKit.create(KIT.system());
  private static final AtomicInteger IDS = new AtomicInteger();

  private final StoreGate gate = new StoreGate();
  private final Tally tally = new Tally();
  private final TestProbe<Tell> told = KIT.createTestProbe(Tell.class);
  private final TestProbe<Wire> asker = KIT.createTestProbe(Wire.class);
  private PersistenceId id = PersistenceId.ofUniqueId("none");

  @BeforeEach
  void freshId() {
    id = PersistenceId.ofUniqueId("counter-" + IDS.incrementAndGet());
  }

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void everyOwnerClaimsTheNextEpochBeforeItActs() {
    ActorRef<Wire> first = spawn();
    expect("epoch 1", 0);
    KIT.stop(first);
    spawn();
    expect("epoch 2", 0);
    assertThat(JOURNAL.persistedInStorage(id.id())).containsExactly(new Claimed(1), new Claimed(2));
  }

  @Test
  void anEffectLeavesOnlyAfterItsEventIsWritten() {
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    counter.tell(new Add());
    expect("early", 1);
    expect("late", 1);
    assertThat(JOURNAL.persistedInStorage(id.id())).endsWith(new Added());
  }

  @Test
  void aFailedWriteTellsNothingAndTheEntityGoesOn() {
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    JOURNAL.failNextPersisted(id.id());
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    assertThat(asker.expectMessageClass(Refused.class).reason()).isEqualTo(Refusal.OUTCOME_UNKNOWN);
    expect("epoch 1", 0); // the last journaled ledger, for reads
    expect("epoch 2", 0); // recovered
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    asker.expectMessage(new Sum(1));
  }

  @Test
  void whileItsWriterIsAwayItAnswersReadsAndRefusesWrites() {
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    counter.tell(new Add());
    expect("early", 1);
    expect("late", 1);
    JOURNAL.failNextNOps(50);
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    asker.expectMessageClass(Refused.class);
    expect("epoch 1", 1);
    counter.tell(new Asked(new Get(), asker.ref()));
    asker.expectMessage(new Sum(1));
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    assertThat(asker.expectMessageClass(Refused.class).reason())
        .isEqualTo(Refusal.STORE_UNAVAILABLE);
    JOURNAL.resetPolicy();
    told.expectMessage(Duration.ofSeconds(10), new Tell("epoch 2", 1));
  }

  @Test
  void aShutGateRefusesWritesBeforeTheyReachTheDatabase() {
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    gate.set(false);
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    assertThat(asker.expectMessageClass(Refused.class).reason())
        .isEqualTo(Refusal.STORE_UNAVAILABLE);
    counter.tell(new Asked(new Get(), asker.ref()));
    asker.expectMessage(new Sum(0));
    gate.set(true);
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    asker.expectMessage(new Sum(1));
  }

  @Test
  void aWriteThatHangsHoldsUpNoReadAndHoldsOnceItIsDone() {
    CountDownLatch began = new CountDownLatch(1);
    CountDownLatch hang = new CountDownLatch(1);
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    JOURNAL.withPolicy(
        (persistenceId, operation) -> {
          if (operation instanceof WriteEvents write && write.getBatch().contains(new Added())) {
            began.countDown();
            await(hang);
          }
          return ProcessingSuccess.getInstance();
        });
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    await(began);
    gate.set(false);
    counter.tell(new Asked(new Get(), asker.ref()));
    assertThat(asker.expectMessageClass(Refused.class).reason()).isEqualTo(Refusal.OUTCOME_UNKNOWN);
    asker.expectMessage(new Sum(0));
    expect("epoch 1", 0); // the last journaled ledger, for reads
    hang.countDown();
    gate.set(true);
    expect("epoch 2", 1); // the write that was given up is known again before the next
    counter.tell(new Asked(new AddAsked(), asker.ref()));
    asker.expectMessage(new Sum(2));
    JOURNAL.resetPolicy();
  }

  @Test
  void whatGathersDuringAWriteIsWrittenTogether() {
    ActorRef<Wire> counter = spawn();
    expect("epoch 1", 0);
    int adds = 500;
    for (int i = 0; i < adds; i++) {
      counter.tell(new Asked(new AddAsked(), asker.ref()));
    }
    for (int i = 1; i <= adds; i++) {
      asker.expectMessage(new Sum(i));
    }
    assertThat(tally.counts()).containsEntry("row.Added", (long) adds);
    assertThat(tally.counts().get("writes")).isLessThan(adds);
  }

  @Test
  void theJournalRebuildsTheLedgerPastSnapshots() {
    ActorRef<Wire> counter = spawn();
    for (int i = 1; i <= 30; i++) {
      counter.tell(new Asked(new AddAsked(), asker.ref()));
      asker.expectMessage(new Sum(i));
    }
    KIT.stop(counter);
    spawn().tell(new Asked(new Get(), asker.ref()));
    asker.expectMessage(new Sum(30));
  }

  private static void await(CountDownLatch latch) {
    try {
      latch.await();
    } catch (InterruptedException interrupted) {
      Thread.currentThread().interrupt();
    }
  }

  private ActorRef<Wire> spawn() {
    return KIT.spawn(
        JournaledActor.create(id, new CounterPort(told.ref()), new Surroundings(gate, tally), 10));
  }

  private void expect(String what, int sum) {
    told.expectMessage(new Tell(what, sum));
  }
}
