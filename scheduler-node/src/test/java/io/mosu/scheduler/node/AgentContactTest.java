// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.ordered;
import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.TRAIN;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.Speaker;
import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.testing.Recorded;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;

/** Whose word a node takes, and how long it bears a silence. */
class AgentContactTest {

  private static final long TTL_AND_SKEW_MS = 33_000;
  private static final Speaker FIRST = new Speaker("a1", 1, "boot-1", "12-13", 101);
  private static final Speaker RESTARTED = new Speaker("a1", 2, "boot-1", "12-13", 102);
  private static final Speaker REBOOTED = new Speaker("a1", 2, "boot-2", "12-13", 103);
  private static final Speaker COPY = new Speaker("a1", 2, "boot-9", "77-78", 104);
  private static final Speaker OTHER = new Speaker("b2", 1, "boot-9", "55-56", 105);
  private static final Speaker OLD_BACKUP = new Speaker("a1", 1, "boot-1", "12-13", 106);

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void restartedAgentIsTakenAtOnceAndItsFormerLifeNoMore() {
    hello(FIRST);
    assertThat(ordered(hello(RESTARTED), HostOrder.Welcome.class)).hasSize(1);
    assertThat(node.rules().ledger().speaker()).contains(RESTARTED);
    assertThat(ordered(renew(FIRST), HostOrder.Refused.class)).hasSize(1);
    assertThat(ordered(renew(RESTARTED), HostOrder.Renewed.class)).hasSize(1);
  }

  @Test
  void copyAndStrangerAreRefusedWhileTheFirstLivesAndChangeNothing() {
    hello(FIRST);
    for (Speaker intruder : List.of(COPY, OTHER)) {
      Recorded<NodeEvent, NodeEffect> out = hello(intruder);
      assertThat(out.events()).isEmpty();
      assertThat(ordered(out, HostOrder.Welcome.class)).isEmpty();
      assertThat(ordered(out, HostOrder.Refused.class))
          .singleElement()
          .satisfies(
              refused -> {
                assertThat(refused.life()).isEqualTo(intruder.life());
                assertThat(refused.reason()).contains("mosu node forget-agent n1");
              });
    }
    assertThat(ordered(renew(FIRST), HostOrder.Renewed.class)).hasSize(1);
  }

  @Test
  void exitThatACopyReportsEndsNothing() {
    running(FIRST, TRAIN);
    Recorded<NodeEvent, NodeEffect> out =
        node.hear(new HostReport.TaskExited(N1, 1, new Exit(Exit.Kind.LOST, 0), COPY.life()));
    assertThat(said(out, TenantMessage.TaskEnded.class)).isEmpty();
    assertThat(node.rules().ledger().leases()).hasSize(1);
  }

  @Test
  void anotherAgentIsTakenOnceTheFirstWasSilentLongerThanItsLeases() {
    hello(FIRST);
    node.pass(TTL_AND_SKEW_MS - 1);
    assertThat(ordered(hello(OTHER), HostOrder.Welcome.class)).isEmpty();
    node.pass(1);
    assertThat(ordered(hello(OTHER), HostOrder.Welcome.class)).hasSize(1);
    assertThat(ordered(hello(FIRST), HostOrder.Refused.class)).hasSize(1);
  }

  @Test
  void olderStateDirectoryIsRefusedHoweverLongTheOtherIsSilent() {
    hello(FIRST);
    hello(RESTARTED);
    node.pass(2 * TTL_AND_SKEW_MS);
    assertThat(ordered(hello(OLD_BACKUP), HostOrder.Refused.class))
        .singleElement()
        .satisfies(refused -> assertThat(refused.reason()).contains("--fresh"));
  }

  @Test
  void tasksOfARebootedHostAreLostAtItsHelloWithoutWaitingForTheLease() {
    running(FIRST, TRAIN);
    node.pass(10_000);
    Recorded<NodeEvent, NodeEffect> out = hello(REBOOTED);
    assertThat(out.events()).hasAtLeastOneElementOfType(NodeEvent.Lost.class);
    assertThat(said(out, TenantMessage.TaskEnded.class)).hasSize(1);
  }

  @Test
  void helloOfAnotherBootWaitsWhileTheFirstMayStillSpeak() {
    running(FIRST, TRAIN);
    node.pass(5_000);
    assertThat(hello(REBOOTED).effects()).isEmpty();
    assertThat(ordered(renew(FIRST), HostOrder.Renewed.class)).hasSize(1);
  }

  @Test
  void devicesThatMovedUnderALeaseAreTakenInOnceItEnded() {
    running(FIRST, TRAIN);
    node.pass(10_000);
    List<Device> seven = h100s(8).devices().subList(1, 8);
    Inventory moved =
        h100s(8)
            .with(
                seven.stream()
                    .map(d -> new Device(d.index() - 1, d.model(), d.memoryMib(), d.uuid()))
                    .toList());
    Recorded<NodeEvent, NodeEffect> out = hello(RESTARTED, moved);
    assertThat(ordered(out, HostOrder.Welcome.class)).isEmpty();
    assertThat(ordered(out, HostOrder.Refused.class)).hasSize(1);
    assertThat(said(out, TenantMessage.TaskEnded.class)).hasSize(1);
    node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(1)));
    assertThat(ordered(hello(RESTARTED, moved), HostOrder.Welcome.class)).hasSize(1);
    assertThat(node.rules().ledger().inventory()).contains(moved);
  }

  @Test
  void replacedOwnerRenewsNothing() {
    hello(FIRST);
    Recorded<NodeEvent, NodeEffect> out =
        node.hear(new HostReport.Renewal(N1, List.of(), node.tickMs(), FIRST.life(), 99, 0, 0));
    assertThat(ordered(out, HostOrder.Renewed.class)).isEmpty();
  }

  @Test
  void keptTaskIsNeverLostBySilenceAndItsDevicesStayBlocked() {
    running(FIRST, keep());
    Recorded<NodeEvent, NodeEffect> out = node.pass(TTL_AND_SKEW_MS);
    assertThat(out.events()).isEmpty();
    assertThat(said(out, TenantMessage.ContactChanged.class))
        .extracting(TenantMessage.ContactChanged::lost)
        .containsExactly(true);
    node.pass(10 * TTL_AND_SKEW_MS);
    assertThat(node.rules().ledger().leases()).hasSize(1);
    assertThat(ordered(hello(OTHER), HostOrder.Welcome.class)).isEmpty();
    Recorded<NodeEvent, NodeEffect> back = hello(RESTARTED, new HostReport.Task(1, true));
    assertThat(said(back, TenantMessage.ContactChanged.class))
        .extracting(TenantMessage.ContactChanged::lost)
        .containsExactly(false);
    assertThat(node.rules().ledger().leases()).hasSize(1);
  }

  @Test
  void keptTaskStaysKeptOverTheOwnersCrash() {
    running(FIRST, keep());
    node.crash();
    node.hear(new NodeMessage.Stop(N1, negotiation(1), job(1), 1));
    node.pass(TTL_AND_SKEW_MS);
    node.pass(TTL_AND_SKEW_MS);
    assertThat(node.rules().ledger().lost()).isEmpty();
  }

  @Test
  void operatorReleasesAKeptTaskOnlyAfterItsAgentWasSilent() {
    running(FIRST, keep());
    assertThat(ask(new NodeQuery.ReleaseLost(job(1)))).isEqualTo(Refusal.AGENT_ALIVE);
    node.pass(TTL_AND_SKEW_MS);
    assertThat(ask(new NodeQuery.ReleaseLost(job(7)))).isEqualTo(Refusal.NOT_RUNNING);
    assertThat(ask(new NodeQuery.ReleaseLost(job(1)))).isNull();
    assertThat(node.rules().ledger().lost()).containsExactly(1L);
  }

  @Test
  void forgottenAgentMakesWayForTheNextOne() {
    hello(FIRST);
    assertThat(ask(new NodeQuery.ForgetAgent())).isEqualTo(Refusal.AGENT_ALIVE);
    node.pass(TTL_AND_SKEW_MS);
    hello(RESTARTED);
    node.pass(TTL_AND_SKEW_MS);
    assertThat(ask(new NodeQuery.ForgetAgent())).isNull();
    assertThat(ordered(hello(OLD_BACKUP), HostOrder.Welcome.class)).hasSize(1);
  }

  @Test
  void frozenLeaseOutlivesSilenceUntilTheFreezeAndALeaseAreOver() {
    running(FIRST, TRAIN);
    node.hear(new Request(1, new NodeQuery.Freeze(node.wallMs() + 600_000, "switch")));
    assertThat(ordered(renew(FIRST), HostOrder.Renewed.class))
        .singleElement()
        .satisfies(answer -> assertThat(answer.frozenMs()).isEqualTo(600_000));
    node.pass(600_000 + TTL_AND_SKEW_MS - 1);
    assertThat(node.rules().ledger().lost()).isEmpty();
    node.pass(1);
    assertThat(node.rules().ledger().lost()).containsExactly(1L);
  }

  @Test
  void freezeIsBorneByTheNextOwner() {
    running(FIRST, TRAIN);
    node.hear(new Request(1, new NodeQuery.Freeze(node.wallMs() + 600_000, "switch")));
    node.crash();
    node.hear(node.start(1));
    node.pass(600_000);
    assertThat(node.rules().ledger().lost()).isEmpty();
  }

  @Test
  void silentAgentIsBorneAfterAThawForItMayNotHaveHeard() {
    running(FIRST, TRAIN);
    node.hear(new Request(1, new NodeQuery.Freeze(node.wallMs() + 600_000, "switch")));
    renew(FIRST);
    node.hear(new Request(2, new NodeQuery.Thaw()));
    node.pass(TTL_AND_SKEW_MS);
    assertThat(node.rules().ledger().lost()).isEmpty();
  }

  @Test
  void agentThatHeardOfTheThawIsBorneForALease() {
    running(FIRST, TRAIN);
    node.hear(new Request(1, new NodeQuery.Freeze(node.wallMs() + 600_000, "switch")));
    renew(FIRST);
    node.hear(new Request(2, new NodeQuery.Thaw()));
    node.pass(5_000);
    long answered = node.tickMs();
    renew(FIRST);
    node.pass(5_000);
    node.hear(
        new HostReport.Renewal(
            N1,
            List.of(new HostReport.Task(1, true)),
            node.tickMs(),
            FIRST.life(),
            0,
            0,
            answered));
    node.pass(TTL_AND_SKEW_MS);
    assertThat(node.rules().ledger().lost()).containsExactly(1L);
  }

  private Recorded<NodeEvent, NodeEffect> hello(Speaker who, HostReport.Task... tasks) {
    return hello(who, h100s(8), tasks);
  }

  private Recorded<NodeEvent, NodeEffect> hello(
      Speaker who, Inventory inventory, HostReport.Task... tasks) {
    return node.hear(
        new HostReport.Hello(
            N1, who.incarnation(), inventory, List.of(tasks), node.tickMs(), who, 0, 0));
  }

  private Recorded<NodeEvent, NodeEffect> renew(Speaker who) {
    return node.hear(
        new HostReport.Renewal(
            N1, List.of(new HostReport.Task(1, true)), node.tickMs(), who.life(), 0, 0, 0));
  }

  private void running(Speaker who, TaskSpec spec) {
    hello(who);
    node.lease(1, gpus(8));
    NodeMessage.Start start = node.start(1);
    node.hear(
        new NodeMessage.Start(
            start.node(),
            start.negotiation(),
            start.job(),
            start.token(),
            spec,
            start.world(),
            start.masterAddress(),
            start.masterPort()));
    node.hear(new HostReport.TaskStarted(N1, 1, who.life()));
  }

  private @Nullable Refusal ask(NodeQuery query) {
    Wire answer =
        node.hear(new Request(9, query)).effects().stream()
            .filter(NodeEffect.Reply.class::isInstance)
            .map(effect -> ((NodeEffect.Reply) effect).answer())
            .findFirst()
            .orElseThrow();
    return answer instanceof Refused refused ? refused.reason() : null;
  }

  private static TaskSpec keep() {
    return new TaskSpec(
        TRAIN.command(), TRAIN.env(), List.of(), false, TRAIN.ending(), "", "", true);
  }
}
