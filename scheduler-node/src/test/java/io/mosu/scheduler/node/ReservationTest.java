// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.scheduler.node.NodeUnderTest.said;
import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static io.mosu.testing.Specimens.rank;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.scheduler.negotiation.TenantMessage.Invitation;
import io.mosu.scheduler.negotiation.TenantMessage.Proposal;
import io.mosu.scheduler.negotiation.TenantMessage.Reclaim;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a node keeps room for a job that waits, and asks back what was borrowed. */
class ReservationTest {

  private static final long KEPT_MS = 30_000;

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void roomThatComesFreeIsKeptForTheJobThatWaits() {
    running(11, 4);
    running(12, 4);
    assertThat(reason(reserve(5, gpus(8), false))).isEqualTo(Refusal.RESERVING);
    assertThat(said(end(11), Invitation.class)).isEmpty();
    assertThat(node.rules().digest().free().wholeFree()).isZero();
    assertThat(reason(node.hear(GpuNodeTest.call(6, gpus(1))))).isEqualTo(Refusal.RESERVED);
    assertThat(said(end(12), Invitation.class)).hasSize(1);
    assertThat(said(reserve(5, gpus(8), false), Proposal.class)).hasSize(1);
    node.hear(GpuNodeTest.award(5, gpus(8)));
    assertThat(node.rules().ledger().leases()).containsOnlyKeys(negotiation(5));
  }

  @Test
  void roomBesidesWhatIsKeptIsForAll() {
    running(11, 6);
    assertThat(reason(reserve(5, gpus(8), false))).isEqualTo(Refusal.RESERVING);
    assertThat(reason(node.hear(GpuNodeTest.call(6, gpus(1))))).isEqualTo(Refusal.RESERVED);
    node.pass(KEPT_MS / 2);
    node.renew(new HostReport.Task(1, true));
    assertThat(node.pass(KEPT_MS / 2).effects())
        .hasAtLeastOneElementOfType(NodeEffect.Publish.class);
    assertThat(said(node.hear(GpuNodeTest.call(7, gpus(1))), Proposal.class)).hasSize(1);
  }

  @Test
  void whatIsKeptIsGivenBackOnceTheJobIsElsewhere() {
    running(11, 6);
    reserve(5, gpus(8), false);
    node.hear(new NodeMessage.Withdrawal(N1, negotiation(5)));
    assertThat(reason(node.hear(GpuNodeTest.call(6, gpus(1))))).isEqualTo(Refusal.RESERVED);
    node.hear(new NodeMessage.Withdrawal(N1, negotiation(5), true));
    assertThat(node.rules().digest().kept()).isFalse();
    assertThat(said(node.hear(GpuNodeTest.call(7, gpus(1))), Proposal.class)).hasSize(1);
  }

  @Test
  void olderJobTakesWhatIsKeptForAYounger() {
    running(11, 8);
    assertThat(reason(reserve(5, gpus(8), false))).isEqualTo(Refusal.RESERVING);
    assertThat(reason(reserve(6, gpus(8), false))).isEqualTo(Refusal.RESERVED);
    assertThat(reason(reserve(4, gpus(8), false))).isEqualTo(Refusal.RESERVING);
    assertThat(reason(reserve(5, gpus(8), false))).isEqualTo(Refusal.RESERVED);
  }

  @Test
  void guaranteeGoesBeforeAge() {
    running(11, 8);
    node.borrowed(ACME, 8_000);
    assertThat(reason(reserve(5, gpus(8), false))).isEqualTo(Refusal.RESERVING);
    assertThat(reason(reserve(6, gpus(8), true))).isEqualTo(Refusal.RECLAIMING);
    assertThat(reason(reserve(4, gpus(8), false))).isEqualTo(Refusal.RESERVED);
  }

  @Test
  void asFewAsPossibleAreAskedBackAndTheYoungestFirst() {
    running(11, 2);
    running(12, 4);
    running(13, 2);
    node.borrowed(ACME, 8_000);
    Recorded<NodeEvent, NodeEffect> out = reserve(5, gpus(4), true);
    assertThat(said(out, Reclaim.class))
        .extracting(Reclaim::negotiation)
        .containsExactly(negotiation(12));
    assertThat(reason(out)).isEqualTo(Refusal.RECLAIMING);
    assertThat(said(reserve(5, gpus(2), true), Reclaim.class))
        .extracting(Reclaim::negotiation)
        .containsExactly(negotiation(13));
  }

  @Test
  void nothingIsAskedBackOfThoseWithinTheirGuarantee() {
    running(11, 8);
    node.borrowed(ACME, 7_999);
    Recorded<NodeEvent, NodeEffect> out = reserve(5, gpus(4), true);
    assertThat(said(out, Reclaim.class)).isEmpty();
    assertThat(reason(out)).isEqualTo(Refusal.NO_CAPACITY);
  }

  @Test
  void leaseThatIsNotGivenBackIsNotAskedForEver() {
    running(11, 8);
    node.borrowed(ACME, 8_000);
    for (int i = 0; i < 3; i++) {
      assertThat(said(reserve(5, gpus(4), true), Reclaim.class)).hasSize(1);
    }
    assertThat(reason(reserve(5, gpus(4), true))).isEqualTo(Refusal.NO_CAPACITY);
  }

  @Test
  void boardsHearWhatHasBecomeBorrowedSinceItWasLeased() {
    running(11, 2);
    assertThat(node.rules().digest().lent()).isZero();
    node.borrowed(ACME, 2_000);
    assertThat(node.renew(new HostReport.Task(1, true)).effects())
        .hasAtLeastOneElementOfType(NodeEffect.Publish.class);
    assertThat(node.rules().digest().lent()).isEqualTo(0b11);
    assertThat(node.renew(new HostReport.Task(1, true)).effects())
        .doesNotHaveAnyElementsOfTypes(NodeEffect.Publish.class);
  }

  @Test
  void whatEndsAlreadyIsWaitedFor() {
    running(11, 4);
    running(12, 4);
    node.borrowed(ACME, 8_000);
    node.hear(new NodeMessage.Stop(N1, negotiation(12), job(12), 2));
    Recorded<NodeEvent, NodeEffect> out = reserve(5, gpus(4), true);
    assertThat(said(out, Reclaim.class)).isEmpty();
    assertThat(reason(out)).isEqualTo(Refusal.RECLAIMING);
  }

  private Recorded<NodeEvent, NodeEffect> reserve(long number, Shape shape, boolean reclaim) {
    return node.hear(
        new CallForProposals(
            N1, negotiation(number), job(number), rank(number), shape, 2_000, 0, KEPT_MS, reclaim));
  }

  private void running(long number, int gpus) {
    if (!node.rules().digest().reachable()) {
      node.hello(h100s(8));
    }
    node.lease(number, gpus(gpus));
    node.hear(node.start(number));
    node.hear(new HostReport.TaskStarted(N1, node.rules().ledger().lastToken()));
  }

  private Recorded<NodeEvent, NodeEffect> end(long number) {
    long token = node.start(number).token();
    node.hear(new HostReport.TaskExited(N1, token, new Exit(Exit.Kind.EXITED, 0)));
    return node.hear(new NodeMessage.EndAcknowledged(N1, negotiation(number)));
  }

  private static Refusal reason(Recorded<NodeEvent, NodeEffect> out) {
    List<Declined> all = said(out, Declined.class);
    assertThat(all).hasSize(1);
    return all.get(0).reason();
  }
}
