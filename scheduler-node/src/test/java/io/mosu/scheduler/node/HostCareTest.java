// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.ordered;
import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport.Task;
import io.mosu.scheduler.host.HostReport.TaskExited;
import io.mosu.scheduler.host.HostReport.TaskStarted;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage.Inquiry;
import io.mosu.scheduler.negotiation.TenantMessage.StartAcknowledged;
import io.mosu.scheduler.negotiation.TenantMessage.TaskEnded;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a node looks after leases: starts, stops, ends, silence. */
class HostCareTest {

  private static final long TTL_AND_SKEW_MS = 33_000;

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void provisionalLeaseAsksUntilItIsAnswered() {
    node.lease(1, gpus(8));
    assertThat(said(node.pass(499), Inquiry.class)).isEmpty();
    assertThat(said(node.pass(1), Inquiry.class)).hasSize(1);
    assertThat(said(node.pass(500), Inquiry.class)).hasSize(1);
    node.hear(node.start(1));
    assertThat(said(node.pass(500), Inquiry.class)).isEmpty();
  }

  @Test
  void startIsBroughtToTheAgentUntilItReportsAndAcknowledgedIfRepeatedOrDone() {
    node.lease(1, gpus(8));
    Recorded<NodeEvent, NodeEffect> out = node.hear(node.start(1));
    assertThat(said(out, StartAcknowledged.class)).isEmpty();
    assertThat(ordered(out, HostOrder.StartTask.class)).hasSize(1);
    assertThat(said(node.hear(node.start(1)), StartAcknowledged.class))
        .extracting(StartAcknowledged::running)
        .containsExactly(false);
    assertThat(ordered(node.pass(500), HostOrder.StartTask.class)).hasSize(1);
    assertThat(said(node.hear(new TaskStarted(N1, 1)), StartAcknowledged.class))
        .extracting(StartAcknowledged::running)
        .containsExactly(true);
    assertThat(node.pass(500).effects()).isEmpty();
  }

  @Test
  void repeatedStartOrdersNothingNew() {
    running(1);
    Recorded<NodeEvent, NodeEffect> again = node.hear(node.start(1));
    assertThat(ordered(again, HostOrder.StartTask.class)).isEmpty();
    assertThat(said(again, StartAcknowledged.class))
        .extracting(StartAcknowledged::running)
        .containsExactly(true);
  }

  @Test
  void startOfALeaseThatIsGoneEndsNotStarted() {
    node.lease(1, gpus(8));
    NodeMessage.Start start = node.start(1);
    node.hear(new NodeMessage.Withdrawal(N1, negotiation(1)));
    assertThat(exits(node.hear(start))).containsExactly(Exit.Kind.NOT_STARTED);
  }

  @Test
  void lateStartDoesNotStartALeaseThatALateAwardMadeAnew() {
    node.lease(1, gpus(8));
    NodeMessage.Start late = node.start(1);
    node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(1)));
    node.hear(GpuNodeTest.award(1, gpus(8)));
    assertThat(ordered(node.hear(late), HostOrder.StartTask.class)).isEmpty();
  }

  @Test
  void endIsSaidUntilTheTenantKeepsItAndThenReleased() {
    running(1);
    TaskExited exited = new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 3));
    assertThat(said(node.hear(exited), TaskEnded.class))
        .extracting(TaskEnded::exit)
        .containsExactly(exited.exit());
    assertThat(said(node.pass(500), TaskEnded.class)).hasSize(1);
    Recorded<NodeEvent, NodeEffect> out =
        node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(1)));
    assertThat(out.events()).singleElement().isInstanceOf(NodeEvent.Released.class);
    assertThat(ordered(out, HostOrder.EndAcknowledged.class)).hasSize(1);
    assertThat(out.unconditional()).isEmpty();
    assertThat(ordered(node.hear(exited), HostOrder.EndAcknowledged.class)).hasSize(1);
  }

  @Test
  void stopIsBroughtToTheAgentUntilTheTaskIsGone() {
    running(1);
    NodeMessage.Stop stop = new NodeMessage.Stop(N1, negotiation(1), job(1), 1);
    assertThat(ordered(node.hear(stop), HostOrder.StopTask.class)).hasSize(1);
    assertThat(ordered(node.pass(500), HostOrder.StopTask.class)).hasSize(1);
    node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.STOPPED, 0)));
    assertThat(exits(node.hear(stop))).containsExactly(Exit.Kind.STOPPED);
  }

  @Test
  void stopOfWhatIsNotHereAnyMoreEndsNotStarted() {
    node.lease(1, gpus(8));
    node.hear(new NodeMessage.Withdrawal(N1, negotiation(1)));
    assertThat(exits(node.hear(new NodeMessage.Stop(N1, negotiation(1), job(1), 1))))
        .containsExactly(Exit.Kind.NOT_STARTED);
  }

  @Test
  void silentAgentLosesItsTasksAfterTtlAndSkewAndNotBefore() {
    running(1);
    assertThat(said(node.pass(TTL_AND_SKEW_MS - 1), TaskEnded.class)).isEmpty();
    assertThat(exits(node.pass(1))).containsExactly(Exit.Kind.LOST);
    assertThat(node.rules().digest().reachable()).isFalse();
  }

  @Test
  void lossIsJournaledBeforeTheTenantHearsOfIt() {
    running(1);
    Recorded<NodeEvent, NodeEffect> out = node.pass(TTL_AND_SKEW_MS);
    assertThat(out.events()).singleElement().isInstanceOf(NodeEvent.Lost.class);
    assertThat(out.unconditional()).noneMatch(NodeEffect.TellTenant.class::isInstance);
  }

  @Test
  void lostTaskIsNotStartedByALaterOwner() {
    running(1);
    node.pass(TTL_AND_SKEW_MS);
    NodeMessage.Start late = node.start(1);
    node.crash();
    node.hello(h100s(8));
    Recorded<NodeEvent, NodeEffect> out = node.hear(late);
    assertThat(ordered(out, HostOrder.StartTask.class)).isEmpty();
    assertThat(exits(out)).containsExactly(Exit.Kind.LOST);
    assertThat(out.events()).isEmpty();
  }

  @Test
  void nothingIsSaidOfALeaseThatANewerOwnerGave() {
    assertThat(node.hear(new NodeMessage.Stop(N1, negotiation(1), job(1), 1)).effects()).isEmpty();
  }

  @Test
  void renewalKeepsTheLeaseAlive() {
    running(1);
    node.pass(TTL_AND_SKEW_MS - 1);
    assertThat(ordered(node.renew(new Task(1, true)), HostOrder.Renewed.class)).hasSize(1);
    assertThat(said(node.pass(TTL_AND_SKEW_MS - 1), TaskEnded.class)).isEmpty();
  }

  @Test
  void lateReportOfATaskDoesNotMakeALostAgentHeard() {
    running(1);
    node.pass(TTL_AND_SKEW_MS);
    node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.LOST, 0)));
    assertThat(node.rules().digest().reachable()).isFalse();
  }

  @Test
  void startOnALostHostIsLost() {
    node.lease(1, gpus(8));
    node.pass(TTL_AND_SKEW_MS);
    assertThat(exits(node.hear(node.start(1)))).containsExactly(Exit.Kind.LOST);
  }

  @Test
  void taskThatNobodyLeasedIsStopped() {
    node.hello(h100s(8));
    assertThat(ordered(node.renew(new Task(99, true)), HostOrder.StopTask.class))
        .extracting(HostOrder.StopTask::token)
        .containsExactly(99L);
  }

  @Test
  void taskThatTwoRenewalsMissIsStoppedAndThenLost() {
    running(1);
    assertThat(ordered(node.renew(), HostOrder.StopTask.class)).isEmpty();
    Recorded<NodeEvent, NodeEffect> second = node.renew();
    assertThat(ordered(second, HostOrder.StopTask.class)).hasSize(1);
    assertThat(said(second, TaskEnded.class)).isEmpty();
    assertThat(exits(node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.STOPPED, 0)))))
        .containsExactly(Exit.Kind.LOST);
  }

  @Test
  void taskThatEndedByItselfKeepsItsExitThoughRenewalsMissedIt() {
    running(1);
    node.renew();
    node.renew();
    assertThat(exits(node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 0)))))
        .containsExactly(Exit.Kind.EXITED);
  }

  @Test
  void recoveredNodeAsksAndStartsUnderTheSameTokenAndANewEpoch() {
    running(1);
    node.crash();
    assertThat(said(node.pass(500), Inquiry.class)).hasSize(1);
    assertThat(ordered(node.hear(node.start(1)), HostOrder.StartTask.class))
        .singleElement()
        .satisfies(
            order -> {
              assertThat(order.token()).isEqualTo(1);
              assertThat(order.epoch()).isEqualTo(2);
            });
  }

  @Test
  void recoveredNodeHoldsEveryLeaseForAFullTtl() {
    running(1);
    node.pass(TTL_AND_SKEW_MS - 1);
    node.crash();
    node.hear(node.start(1));
    assertThat(said(node.pass(TTL_AND_SKEW_MS - 1), TaskEnded.class)).isEmpty();
    assertThat(exits(node.pass(1))).containsExactly(Exit.Kind.LOST);
  }

  @Test
  void exitThatARecoveredNodeHearsIsToldToTheTenant() {
    running(1);
    node.crash();
    assertThat(exits(node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 0)))))
        .containsExactly(Exit.Kind.EXITED);
  }

  private void running(long number) {
    node.lease(number, gpus(8));
    node.hear(node.start(number));
    node.hear(new TaskStarted(N1, number));
  }

  private static List<Exit.Kind> exits(Recorded<NodeEvent, NodeEffect> out) {
    return said(out, TaskEnded.class).stream().map(ended -> ended.exit().kind()).toList();
  }
}
