// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.ordered;
import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.HostReport.TaskExited;
import io.mosu.scheduler.host.HostReport.TaskStarted;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.scheduler.negotiation.TenantMessage.TaskEnded;
import io.mosu.scheduler.node.DeviceHealth.Grade;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

class DeviceCareTest {
  private static final String UUID = h100s(8).devices().get(3).uuid();
  private static final long REST_MS = 30_000;
  private static final long WEEK_MS = 7L * 24 * 3_600_000;

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void badDeviceIsOutAtOnceAndItsNeighboursStayIn() {
    node.hello(h100s(8));
    Recorded<NodeEvent, NodeEffect> out = sign("xid-79", 1);
    assertThat(ordered(out, HostOrder.SignsKept.class)).hasSize(1);
    assertThat(out.unconditional()).isEmpty();
    assertThat(health().grade()).isEqualTo(Grade.QUARANTINED);
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(7);
    assertThat(node.rules().digest().faulty()).isEqualTo(1L << 3);
    assertThat(refusal(node.hear(GpuNodeTest.call(1, gpus(8))))).isEqualTo(Refusal.DEVICE_FAULT);
    node.hear(GpuNodeTest.award(2, gpus(7)));
    assertThat(node.rules().ledger().leases()).hasSize(1);
  }

  @Test
  void taskOnABadDeviceEndsByDeviceFaultWhateverItsOwnExit() {
    running(1, 4);
    running(2, 4);
    Recorded<NodeEvent, NodeEffect> out = sign("xid-79", 1);
    assertThat(ordered(out, HostOrder.StopTask.class))
        .extracting(HostOrder.StopTask::token)
        .containsExactly(1L);
    Recorded<NodeEvent, NodeEffect> ended =
        node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 1)));
    assertThat(said(ended, TaskEnded.class))
        .extracting(TaskEnded::exit)
        .containsExactly(new Exit(Exit.Kind.DEVICE_FAULT, 79));
  }

  @Test
  void taskThatEndedWellAllTheSameHasEndedWell() {
    running(1, 4);
    sign("xid-79", 1);
    assertThat(exits(new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 0))))
        .containsExactly(new Exit(Exit.Kind.EXITED, 0));
  }

  @Test
  void placementThatIsNotStartedYetIsNotStarted() {
    node.lease(1, gpus(4));
    assertThat(ordered(sign("xid-79", 1), HostOrder.StopTask.class)).hasSize(1);
    assertThat(exits(new TaskExited(N1, 1, new Exit(Exit.Kind.STOPPED, 0)))).isEmpty();
    Recorded<NodeEvent, NodeEffect> out = node.hear(node.start(1));
    assertThat(ordered(out, HostOrder.StartTask.class)).isEmpty();
    assertThat(said(out, TaskEnded.class))
        .extracting(TaskEnded::exit)
        .containsExactly(new Exit(Exit.Kind.DEVICE_FAULT, 79));
  }

  @Test
  void nextOwnerEndsTheTaskToo() {
    running(1, 4);
    sign("xid-79", 1);
    node.crash();
    node.hello(h100s(8), new HostReport.Task(1, true));
    assertThat(ordered(node.pass(500), HostOrder.StopTask.class)).hasSize(1);
    assertThat(ordered(node.hear(node.start(1)), HostOrder.StopTask.class)).hasSize(1);
    assertThat(exits(new TaskExited(N1, 1, new Exit(Exit.Kind.STOPPED, 143))))
        .containsExactly(new Exit(Exit.Kind.DEVICE_FAULT, 79));
    node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(1)));
    assertThat(node.rules().ledger().standing().ending()).isEmpty();
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(7);
  }

  @Test
  void signToldAgainChangesNothing() {
    node.hello(h100s(8));
    sign("xid-79", 5);
    assertThat(sign("xid-79", 5).events()).isEmpty();
    assertThat(sign("xid-79", 4).events()).isEmpty();
    canary(true);
    assertThat(sign("xid-79", 5).events()).isEmpty();
    assertThat(health().grade()).isEqualTo(Grade.OK);
  }

  @Test
  void faultOfTheTaskItselfAndUnknownDevicesAreOnlyAcknowledged() {
    node.hello(h100s(8));
    Recorded<NodeEvent, NodeEffect> out = sign("xid-13", 1);
    assertThat(out.events()).isEmpty();
    assertThat(ordered(out, HostOrder.SignsKept.class)).hasSize(1);
    DeviceSign foreign = new DeviceSign("GPU-other", "xid-79", "", 1);
    assertThat(node.hear(new HostReport.Signs(N1, 2, List.of(foreign), 0)).events()).isEmpty();
  }

  @Test
  void suspectKeepsItsTaskAndGetsNoOther() {
    running(1, 4);
    assertThat(ordered(sign("xid-63", 1), HostOrder.StopTask.class)).isEmpty();
    assertThat(health().grade()).isEqualTo(Grade.SUSPECT);
    assertThat(ordered(node.pass(REST_MS), HostOrder.RunCanary.class)).isEmpty();
    node.hello(h100s(8), new HostReport.Task(1, true));
    node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.EXITED, 0)));
    node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(1)));
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(7);
    assertThat(ordered(node.pass(REST_MS), HostOrder.RunCanary.class)).hasSize(1);
  }

  @Test
  void canaryThatPassesBringsItBackAndASecondFaultKeepsItOut() {
    node.hello(h100s(8));
    sign("xid-79", 1);
    canary(true);
    assertThat(health().grade()).isEqualTo(Grade.OK);
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(8);
    sign("xid-79", 2);
    assertThat(health().stays()).isTrue();
    node.hello(h100s(8));
    assertThat(ordered(node.pass(WEEK_MS), HostOrder.RunCanary.class)).isEmpty();
  }

  @Test
  void faultAfterAWeekIsAFirstOneAgain() {
    node.hello(h100s(8));
    sign("xid-79", 1);
    canary(true);
    node.pass(WEEK_MS);
    node.hello(h100s(8));
    sign("xid-79", 2);
    assertThat(health().stays()).isFalse();
  }

  @Test
  void failingCanariesComeEverLaterAndAreGivenUp() {
    node.hello(h100s(8));
    sign("xid-79", 1);
    canary(false);
    assertThat(health().grade()).isEqualTo(Grade.QUARANTINED);
    node.hello(h100s(8));
    assertThat(ordered(node.pass(REST_MS), HostOrder.RunCanary.class)).isEmpty();
    for (int tries = 1; tries < NodeUnderTest.POLICY.canariesMax(); tries++) {
      canary(false);
    }
    assertThat(health().stays()).isTrue();
    assertThat(health().detail()).contains("its canary failed");
  }

  @Test
  void canaryThatALaterSignOvertookDoesNotCount() {
    node.hello(h100s(8));
    sign("xid-63", 1);
    long number = asked();
    sign("xid-79", 2);
    node.hear(new HostReport.CanaryEnded(N1, UUID, number, true, "", 0));
    assertThat(health().grade()).isEqualTo(Grade.QUARANTINED);
  }

  @Test
  void whatCannotBeMendedWaitsForAnOperator() {
    node.hello(h100s(8));
    sign("rows-failed", 1);
    assertThat(health().stays()).isTrue();
    node.hear(new Request(1, new NodeQuery.Restore(3)));
    assertThat(health().grade()).isEqualTo(Grade.OK);
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(8);
  }

  @Test
  void operatorTakesADeviceOutForGood() {
    running(1, 4);
    Recorded<NodeEvent, NodeEffect> out =
        node.hear(new Request(1, new NodeQuery.Quarantine(3, "loud fan")));
    assertThat(ordered(out, HostOrder.StopTask.class)).hasSize(1);
    assertThat(health().stays()).isTrue();
    assertThat(health().inWords()).contains("loud fan");
    Recorded<NodeEvent, NodeEffect> unknown =
        node.hear(new Request(1, new NodeQuery.Quarantine(8, "")));
    assertThat(unknown.events()).isEmpty();
  }

  private void running(long number, int gpus) {
    node.lease(number, gpus(gpus));
    node.hear(node.start(number));
    node.hear(new TaskStarted(N1, number));
  }

  private Recorded<NodeEvent, NodeEffect> sign(String code, long serial) {
    DeviceSign sign = new DeviceSign(UUID, code, "seen", serial);
    return node.hear(new HostReport.Signs(N1, serial, List.of(sign), 0));
  }

  /** Waits until the agent is asked for a canary. */
  private long asked() {
    for (int rests = 0; rests < 64; rests++) {
      node.hello(h100s(8));
      List<HostOrder.RunCanary> orders = ordered(node.pass(REST_MS), HostOrder.RunCanary.class);
      if (!orders.isEmpty()) {
        return orders.get(0).number();
      }
    }
    throw new AssertionError("no canary is asked for");
  }

  private void canary(boolean passes) {
    node.hear(new HostReport.CanaryEnded(N1, UUID, asked(), passes, "as drawn", 0));
  }

  private DeviceHealth health() {
    return node.rules().ledger().standing().of(UUID);
  }

  private List<Exit> exits(TaskExited exited) {
    return said(node.hear(exited), TaskEnded.class).stream().map(TaskEnded::exit).toList();
  }

  private static Refusal refusal(Recorded<NodeEvent, NodeEffect> out) {
    return said(out, Declined.class).get(0).reason();
  }
}
