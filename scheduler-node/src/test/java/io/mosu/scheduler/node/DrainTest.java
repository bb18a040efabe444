// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.ordered;
import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.HostReport.TaskExited;
import io.mosu.scheduler.host.HostReport.TaskStarted;
import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.scheduler.negotiation.TenantMessage.TaskEnded;
import io.mosu.testing.Recorded;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class DrainTest {
  private static final long HOUR_MS = 3_600_000;

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void drainedNodeTakesNothingNewAndKeepsWhatRuns() {
    running(1);
    drain(0, 0, 0);
    assertThat(node.rules().digest().draining()).isTrue();
    assertThat(node.rules().digest().open()).isFalse();
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(4);
    assertThat(refusals(node.hear(GpuNodeTest.call(2, gpus(1))))).containsExactly(Refusal.DRAINING);
    assertThat(refusals(node.hear(GpuNodeTest.award(2, gpus(1)))))
        .containsExactly(Refusal.HOLD_GONE);
    renewFor(10 * HOUR_MS);
    assertThat(node.rules().ledger().leases()).hasSize(1);
  }

  @Test
  void holdGivenBeforeTheDrainIsWorthNothingAfterIt() {
    node.hello(h100s(8));
    node.hear(GpuNodeTest.call(2, gpus(1)));
    drain(0, 0, 0);
    assertThat(refusals(node.hear(GpuNodeTest.award(2, gpus(1)))))
        .containsExactly(Refusal.HOLD_GONE);
  }

  @Test
  void undrainedNodeOffersAllAgain() {
    node.hello(h100s(8));
    drain(0, 0, 0);
    node.hear(new Request(1, new NodeQuery.Undrain()));
    assertThat(node.rules().digest().draining()).isFalse();
    assertThat(node.rules().digest().free().wholeFree()).isEqualTo(8);
  }

  @Test
  void whatRunsBeyondTheDeadlineIsPreempted() {
    running(1);
    drain(0, node.wallMs() + HOUR_MS, 0);
    assertThat(renewFor(HOUR_MS - 10_000)).isEmpty();
    assertThat(renewFor(40_000)).isNotEmpty();
    Recorded<NodeEvent, NodeEffect> out =
        node.hear(new TaskExited(N1, 1, new Exit(Exit.Kind.STOPPED, 143)));
    assertThat(said(out, TaskEnded.class))
        .extracting(ended -> ended.exit().kind())
        .containsExactly(Exit.Kind.PREEMPTED);
  }

  @Test
  void maintenanceWindowOpensAndClosesByItself() {
    node.hello(h100s(8));
    long from = node.wallMs() + HOUR_MS;
    drain(from, from, from + HOUR_MS);
    assertThat(node.rules().digest().draining()).isFalse();
    renewFor(HOUR_MS + 1_000);
    assertThat(node.rules().digest().draining()).isTrue();
    renewFor(HOUR_MS);
    assertThat(node.rules().digest().draining()).isFalse();
    assertThat(node.rules().ledger().standing().drain()).isEqualTo(Drain.NONE);
  }

  @Test
  void jobThatMayRunIntoAPlannedWindowIsNotTaken() {
    node.hello(h100s(8));
    drain(node.wallMs() + HOUR_MS, 0, node.wallMs() + 2 * HOUR_MS);
    assertThat(said(node.hear(GpuNodeTest.call(1, gpus(1), HOUR_MS + 1)), Declined.class))
        .satisfiesExactly(
            declined -> {
              assertThat(declined.reason()).isEqualTo(Refusal.DRAINING);
              assertThat(declined.detail()).contains("planned for", "new cables");
            });
    assertThat(refusals(node.hear(GpuNodeTest.call(2, gpus(1), HOUR_MS)))).isEmpty();
    assertThat(refusals(node.hear(GpuNodeTest.call(3, gpus(1), 0)))).isEmpty();
  }

  @Test
  void jobMayRunUntilTheDeadlineOfAPlannedWindow() {
    node.hello(h100s(8));
    drain(node.wallMs() + HOUR_MS, node.wallMs() + 2 * HOUR_MS, 0);
    assertThat(refusals(node.hear(GpuNodeTest.call(1, gpus(1), 2 * HOUR_MS)))).isEmpty();
    assertThat(refusals(node.hear(GpuNodeTest.call(2, gpus(1), 2 * HOUR_MS + 1))))
        .containsExactly(Refusal.DRAINING);
  }

  @Test
  void nextOwnerKeepsToTheDrain() {
    running(1);
    drain(0, node.wallMs() + HOUR_MS, 0);
    node.crash();
    assertThat(node.rules().digest().draining()).isTrue();
    node.hello(h100s(8), new HostReport.Task(1, true));
    node.hear(node.start(1));
    node.hear(new TaskStarted(N1, 1));
    assertThat(renewFor(HOUR_MS + 30_000)).isNotEmpty();
  }

  private void running(long number) {
    node.lease(number, gpus(4));
    node.hear(node.start(number));
    node.hear(new TaskStarted(N1, number));
  }

  private void drain(long fromMs, long deadlineMs, long untilMs) {
    node.hear(new Request(1, new NodeQuery.Drain(fromMs, deadlineMs, untilMs, "new cables")));
  }

  /** Lets time pass with a living agent; the stops it was sent. */
  private List<HostOrder.StopTask> renewFor(long ms) {
    List<HostOrder.StopTask> stops = new ArrayList<>();
    for (long passed = 0; passed < ms; passed += 10_000) {
      node.renew(new HostReport.Task(1, true));
      stops.addAll(ordered(node.pass(Math.min(10_000, ms - passed)), HostOrder.StopTask.class));
    }
    return stops;
  }

  private static List<Refusal> refusals(Recorded<NodeEvent, NodeEffect> out) {
    return said(out, Declined.class).stream().map(Declined::reason).toList();
  }
}
