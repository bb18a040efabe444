// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import com.typesafe.config.ConfigFactory;
import io.mosu.scheduler.board.Board;
import io.mosu.scheduler.board.Offering;
import io.mosu.scheduler.host.HostFigures;
import io.mosu.scheduler.host.HostFigures.RoundTrip;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.journal.JournaledActor.Asked;
import io.mosu.scheduler.journal.JournaledActor.Surroundings;
import io.mosu.scheduler.journal.StoreGate;
import io.mosu.scheduler.journal.Tally;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.Terms;
import io.mosu.scheduler.node.HealthPolicy;
import io.mosu.scheduler.node.NodeEntity;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeQuery;
import io.mosu.scheduler.node.NodeTerms;
import io.mosu.scheduler.node.NodeView;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantEntity;
import io.mosu.scheduler.tenant.TenantQuery;
import io.mosu.scheduler.tenant.TenantTerms;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.apache.pekko.persistence.testkit.PersistenceTestKitPlugin;
import org.apache.pekko.persistence.testkit.PersistenceTestKitSnapshotPlugin;
import org.apache.pekko.persistence.testkit.javadsl.PersistenceTestKit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** One tenant's and one node's actors, a probe as the agent's session; serialization is checked. */
class EntitiesTest {

  private static final ActorTestKit KIT =
      ActorTestKit.create(
          ConfigFactory.parseResources("mosu-serialization.conf")
              .withFallback(PersistenceTestKitPlugin.getInstance().config())
              .withFallback(PersistenceTestKitSnapshotPlugin.config())
              .withFallback(
                  ConfigFactory.parseString(
                      """
                      pekko.actor.serialize-messages = off
                      pekko.actor.testkit.typed.single-expect-default = 20s
                      """)));
  private static final PersistenceTestKit JOURNAL = PersistenceTestKit.create(KIT.system());
  private static final AtomicInteger TESTS = new AtomicInteger();
  private static final TenantTerms TERMS =
      new TenantTerms(new Terms(4, 200, 2_000, 3, 500, 10_000, 64), 1_000, 3, 60_000, 5_000);

  // of each test its own: a last write of the test before may still be on its way
  private final NodeId nodeId = new NodeId("n" + TESTS.incrementAndGet());
  private final TenantId tenantId = new TenantId("acme-" + TESTS.get());
  private final TestProbe<Wire> session = KIT.createTestProbe(Wire.class);
  private final TestProbe<Wire> asker = KIT.createTestProbe(Wire.class);
  private final StoreGate gate = new StoreGate();
  private final Board board = new Board(0, new SplittableRandom(1));
  private volatile ActorRef<Wire> node = KIT.system().deadLetters();
  private volatile ActorRef<Wire> tenant = KIT.system().deadLetters();

  @BeforeEach
  void start() {
    node = spawnNode();
    tenant = spawnTenant();
    hello();
  }

  @AfterEach
  void stop() {
    KIT.stop(node);
    KIT.stop(tenant);
  }

  @AfterAll
  static void shutdown() {
    KIT.shutdownTestKit();
  }

  @Test
  void aJobIsNegotiatedStartedAndItsExitKept() {
    JobAnswer submitted = ask(tenant, new TenantQuery.Submit(spec(2), "key"));
    assertThat(submitted.job().state()).isEqualTo(JobState.QUEUED);
    HostOrder.StartTask start = session.expectMessageClass(HostOrder.StartTask.class);
    assertThat(start.grant().devices()).containsExactly(0, 1);
    tell(new HostReport.TaskStarted(nodeId, start.token()));
    tell(new HostReport.TaskExited(nodeId, start.token(), new Exit(Exit.Kind.EXITED, 7)));
    JobAnswer ended = ask(tenant, new TenantQuery.Get(1, 5_000));
    assertThat(ended.job().state()).isEqualTo(JobState.FAILED);
    assertThat(ended.job().exitCode()).isEqualTo(7);
    session.expectMessageClass(HostOrder.EndAcknowledged.class);
    assertThat(JOURNAL.persistedInStorage("Node|" + nodeId))
        .hasExactlyElementsOfTypes(
            NodeEvent.EpochClaimed.class,
            NodeEvent.Registered.class,
            NodeEvent.Leased.class,
            NodeEvent.Released.class);
  }

  @Test
  void theSameKeyGetsTheSameJob() {
    JobAnswer first = ask(tenant, new TenantQuery.Submit(spec(1), "key"));
    JobAnswer second = ask(tenant, new TenantQuery.Submit(spec(1), "key"));
    assertThat(second.repeated()).isTrue();
    assertThat(second.job().id()).isEqualTo(first.job().id());
  }

  @Test
  void aNodeThatComesBackAsksAndStartsItsLeaseAgain() {
    ask(tenant, new TenantQuery.Submit(spec(2), ""));
    HostOrder.StartTask start = session.expectMessageClass(HostOrder.StartTask.class);
    KIT.stop(node);
    node = spawnNode();
    hello();
    HostOrder.StartTask again =
        session.expectMessageClass(HostOrder.StartTask.class, Duration.ofSeconds(5));
    assertThat(again.token()).isEqualTo(start.token());
    assertThat(again.epoch()).isEqualTo(start.epoch() + 1);
  }

  @Test
  void withoutTheDatabaseAnAgentIsWelcomedThroughAnotherDoor() {
    gate.set(false);
    TestProbe<Wire> door = KIT.createTestProbe(Wire.class);
    node.tell(new NodeEntity.FromAgent(door.ref(), greeting()));
    assertThat(door.expectMessageClass(HostOrder.Welcome.class).sentTickMs()).isEqualTo(1);

    HostReport.Hello another =
        new HostReport.Hello(
            nodeId,
            2,
            greeting().inventory(),
            List.of(),
            2,
            new Speaker("b", 2, "b", "b", 2),
            0,
            0);
    node.tell(new NodeEntity.FromAgent(door.ref(), another));
    node.tell(new NodeEntity.FromAgent(door.ref(), greeting()));
    assertThat(door.expectMessageClass(HostOrder.Welcome.class).sentTickMs()).isEqualTo(1);
    gate.set(true);
  }

  @Test
  void aTenantThatComesBackKnowsItsJobsAndGoesOn() {
    ask(tenant, new TenantQuery.Submit(spec(2), ""));
    HostOrder.StartTask start = session.expectMessageClass(HostOrder.StartTask.class);
    KIT.stop(tenant);
    tenant = spawnTenant();
    tell(new HostReport.TaskStarted(nodeId, start.token()));
    tell(new HostReport.TaskExited(nodeId, start.token(), new Exit(Exit.Kind.EXITED, 0)));
    JobAnswer ended = ask(tenant, new TenantQuery.Get(1, 5_000));
    assertThat(ended.job().state()).isEqualTo(JobState.COMPLETED);
    assertThat(ended.job().decision()).isPresent();
  }

  @Test
  void aCancelledJobIsStoppedOnItsHost() {
    ask(tenant, new TenantQuery.Submit(spec(1), ""));
    HostOrder.StartTask start = session.expectMessageClass(HostOrder.StartTask.class);
    ask(tenant, new TenantQuery.Cancel(1));
    session.expectMessageClass(HostOrder.StopTask.class);
    tell(new HostReport.TaskExited(nodeId, start.token(), new Exit(Exit.Kind.STOPPED, 143)));
    JobAnswer ended = ask(tenant, new TenantQuery.Get(1, 5_000));
    assertThat(ended.job().state()).isEqualTo(JobState.CANCELLED);
    node.tell(new Asked(new NodeQuery.Show(), asker.ref()));
    assertThat(asker.expectMessageClass(NodeView.class).digest().node()).isEqualTo(nodeId);
  }

  @Test
  void whatTheSpeakingAgentMeasuredIsShown() {
    HostFigures figures =
        new HostFigures(
            125, 3_000, 80_000, 1_000, 2_000, List.of(), List.of(new RoundTrip("east", 310)));
    tell(new HostReport.Measured(nodeId, figures, 0));
    tell(
        new HostReport.Measured(
            nodeId, new HostFigures(1, 1, 1, 1, 1, List.of(), List.of()), 99)); // another's
    node.tell(new Asked(new NodeQuery.Show(), asker.ref()));
    assertThat(asker.expectMessageClass(NodeView.class).gauged())
        .hasValueSatisfying(gauged -> assertThat(gauged.figures()).isEqualTo(figures));
  }

  private ActorRef<Wire> spawnNode() {
    return KIT.spawn(
        NodeEntity.create(
            nodeId,
            new NodeTerms(30_000, 5_000, 2_000, 500),
            HealthPolicy.of(Map.of()),
            board,
            message -> tenant.tell(message),
            publish -> board.offer(new Offering(publish.digest(), publish.inventory())),
            new Surroundings(gate, new Tally())));
  }

  private ActorRef<Wire> spawnTenant() {
    return KIT.spawn(
        TenantEntity.create(
            tenantId,
            TERMS,
            board,
            message -> node.tell(message),
            board::want,
            new Surroundings(new StoreGate(), new Tally())));
  }

  private HostReport.Hello greeting() {
    Inventory inventory =
        new Inventory(
            "aurora",
            "east",
            "127.0.0.1",
            96_000,
            1_000_000,
            IntStream.range(0, 8).mapToObj(i -> new Device(i, "H100", 81_920, "u" + i)).toList(),
            true);
    return new HostReport.Hello(nodeId, 1, inventory, List.of(), 1);
  }

  private void hello() {
    // as an agent does: a last write of the entity before may make the new one recover once more
    session.awaitAssert(
        Duration.ofSeconds(20),
        () -> {
          tell(greeting());
          return session.expectMessageClass(HostOrder.Welcome.class, Duration.ofSeconds(3));
        });
  }

  private void tell(HostReport report) {
    node.tell(new NodeEntity.FromAgent(session.ref(), report));
  }

  private JobAnswer ask(ActorRef<Wire> entity, TenantQuery query) {
    entity.tell(new Asked(query, asker.ref()));
    return asker.expectMessageClass(JobAnswer.class, Duration.ofSeconds(10));
  }

  private static JobSpec spec(int gpus) {
    return new JobSpec(
        "train",
        "default",
        1,
        new Shape(gpus, 1_000, new TreeSet<>(), 1_000, 512),
        0,
        0,
        new TaskSpec(List.of("true"), new TreeMap<>()));
  }
}
