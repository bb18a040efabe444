// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.node;

import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.h100s;
import static io.mosu.testing.Specimens.host;
import static io.mosu.testing.Specimens.job;
import static io.mosu.testing.Specimens.negotiation;
import static io.mosu.testing.Specimens.rank;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.journal.Request;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.Shape;
import io.mosu.scheduler.negotiation.NodeMessage.Award;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.NodeMessage.EndAcknowledged;
import io.mosu.scheduler.negotiation.NodeMessage.Withdrawal;
import io.mosu.scheduler.negotiation.TenantMessage.Confirmation;
import io.mosu.scheduler.negotiation.TenantMessage.Declined;
import io.mosu.scheduler.negotiation.TenantMessage.Invitation;
import io.mosu.scheduler.negotiation.TenantMessage.Proposal;
import io.mosu.scheduler.node.NodeEvent.Leased;
import io.mosu.scheduler.node.NodeEvent.Registered;
import io.mosu.scheduler.node.NodeEvent.Released;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** How a node negotiates: calls, holds, awards, leases. */
class GpuNodeTest {

  private final NodeUnderTest node = new NodeUnderTest();

  @Test
  void callGetsAProposalAtOnceAndNothingIsJournaled() {
    node.hello(h100s(8));
    Recorded<NodeEvent, NodeEffect> out = node.hear(call(1, gpus(4)));
    assertThat(out.events()).isEmpty();
    assertThat(NodeUnderTest.said(out, Proposal.class)).hasSize(1);
    assertThat(out.unconditional()).isNotEmpty();
  }

  @Test
  void callToANodeWithoutAnAgentIsRefusedAsUnreachable() {
    assertThat(refusal(node.hear(call(1, gpus(1))))).isEqualTo(Refusal.UNREACHABLE);
  }

  @Test
  void callBeyondTheRoomIsRefusedWithTheNumbers() {
    node.hello(h100s(4));
    Declined declined = NodeUnderTest.said(node.hear(call(1, gpus(5))), Declined.class).get(0);
    assertThat(declined.reason()).isEqualTo(Refusal.NO_CAPACITY);
    assertThat(declined.detail()).isEqualTo("4 of 4 GPUs free, 5 asked");
  }

  @Test
  void callForAnotherModelIsRefusedAsAMismatch() {
    node.hello(host(4, "L20"));
    assertThat(refusal(node.hear(call(1, gpus(1, "H100"))))).isEqualTo(Refusal.MODEL_MISMATCH);
  }

  @Test
  void youngerCallWaitsForAnOlderHold() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(8)));
    assertThat(refusal(node.hear(call(2, gpus(1))))).isEqualTo(Refusal.HELD);
  }

  @Test
  void olderCallWoundsAYoungerHold() {
    node.hello(h100s(8));
    node.hear(call(2, gpus(8)));
    Recorded<NodeEvent, NodeEffect> out = node.hear(call(1, gpus(8)));
    assertThat(refusal(out)).isEqualTo(Refusal.WOUNDED);
    assertThat(NodeUnderTest.said(out, Declined.class).get(0).negotiation())
        .isEqualTo(negotiation(2));
    assertThat(NodeUnderTest.said(out, Proposal.class).get(0).negotiation())
        .isEqualTo(negotiation(1));
  }

  @Test
  void journaledLeaseIsNeverWounded() {
    node.hello(h100s(8));
    node.hear(call(2, gpus(8)));
    node.hear(award(2, gpus(8)));
    assertThat(refusal(node.hear(call(1, gpus(8))))).isEqualTo(Refusal.NO_CAPACITY);
  }

  @Test
  void repeatedCallKeepsOneHold() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(4)));
    node.hear(call(1, gpus(4)));
    assertThat(NodeUnderTest.said(node.hear(call(2, gpus(4))), Proposal.class)).hasSize(1);
  }

  @Test
  void holdExpiresByItself() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(8)));
    assertThat(node.rules().wakeAtTickMs()).isEqualTo(node.tickMs() + 2_000);
    node.pass(2_000);
    assertThat(NodeUnderTest.said(node.hear(call(2, gpus(8))), Proposal.class)).hasSize(1);
  }

  @Test
  void awardJournalsTheLeaseBeforeItConfirms() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(4)));
    Recorded<NodeEvent, NodeEffect> out = node.hear(award(1, gpus(4)));
    assertThat(out.events()).singleElement().isInstanceOf(Leased.class);
    assertThat(NodeUnderTest.said(out, Confirmation.class)).hasSize(1);
    assertThat(out.unconditional()).isEmpty();
    assertThat(node.rules().ledger().free().wholeFree()).isEqualTo(4);
  }

  @Test
  void repeatedAwardConfirmsTheSameLease() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(4)));
    Confirmation first = confirmation(node.hear(award(1, gpus(4))));
    Recorded<NodeEvent, NodeEffect> again = node.hear(award(1, gpus(4)));
    assertThat(again.events()).isEmpty();
    assertThat(confirmation(again).token()).isEqualTo(first.token());
  }

  @Test
  void awardWhoseHoldIsGoneIsCheckedAfresh() {
    node.hello(h100s(8));
    assertThat(confirmation(node.hear(award(1, gpus(8)))).token()).isEqualTo(1);
    assertThat(refusal(node.hear(award(2, gpus(8))))).isEqualTo(Refusal.HOLD_GONE);
  }

  @Test
  void awardThatItsWithdrawalOvertookLeasesNothing() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(8)));
    node.hear(new Withdrawal(N1, negotiation(1)));
    Recorded<NodeEvent, NodeEffect> out = node.hear(award(1, gpus(8)));
    assertThat(out.events()).isEmpty();
    assertThat(refusal(out)).isEqualTo(Refusal.HOLD_GONE);
    assertThat(node.hear(call(1, gpus(8))).effects()).isEmpty();
  }

  @Test
  void withdrawalReleasesAProvisionalLease() {
    node.lease(1, gpus(8));
    Recorded<NodeEvent, NodeEffect> out = node.hear(new Withdrawal(N1, negotiation(1)));
    assertThat(out.events()).singleElement().isInstanceOf(Released.class);
    assertThat(node.rules().ledger().free().wholeFree()).isEqualTo(8);
    assertThat(node.hear(new Withdrawal(N1, negotiation(1))).events()).isEmpty();
  }

  @Test
  void withdrawalLeavesAStartedLeaseAlone() {
    node.lease(1, gpus(8));
    node.hear(node.start(1));
    assertThat(node.hear(new Withdrawal(N1, negotiation(1))).events()).isEmpty();
    assertThat(node.rules().ledger().leases()).hasSize(1);
  }

  @Test
  void tokensRiseOverReleasesAndCrashes() {
    node.lease(1, gpus(8));
    node.hear(new Withdrawal(N1, negotiation(1)));
    node.crash();
    node.hello(h100s(8));
    assertThat(confirmation(node.hear(award(2, gpus(8)))).token()).isEqualTo(2);
    assertThat(node.rules().ledger().epoch()).isEqualTo(2);
  }

  @Test
  void roomThatCameFreeInvitesTheDeserving() {
    node.lease(1, gpus(8));
    node.deserving(ACME);
    Recorded<NodeEvent, NodeEffect> out = node.hear(new EndAcknowledged(N1, negotiation(1)));
    assertThat(NodeUnderTest.said(out, Invitation.class)).hasSize(1);
  }

  @Test
  void changedInventoryIsJournaledOnceAndDropsHolds() {
    node.hello(h100s(8));
    node.hear(call(1, gpus(8)));
    assertThat(node.hello(h100s(2)).events()).singleElement().isInstanceOf(Registered.class);
    assertThat(node.hello(h100s(2)).events()).isEmpty();
    assertThat(refusal(node.hear(award(1, gpus(8))))).isEqualTo(Refusal.HOLD_GONE);
    assertThat(NodeUnderTest.said(node.hear(call(2, gpus(2))), Proposal.class)).hasSize(1);
  }

  @Test
  void inventoryThatWouldCutALeaseIsNotTaken() {
    node.lease(1, gpus(8));
    assertThat(node.hello(h100s(2)).events()).isEmpty();
    assertThat(node.rules().ledger().inventory()).contains(h100s(8));
  }

  @Test
  void manyNegotiationsAtOnceAreRefusedAsHeld() {
    node.hello(h100s(8));
    Shape small = new Shape(0, 0, new java.util.TreeSet<>(), 1, 1);
    for (long i = 1; i <= Holds.MAX; i++) {
      node.hear(call(i, small));
    }
    assertThat(refusal(node.hear(call(Holds.MAX + 1, small)))).isEqualTo(Refusal.HELD);
  }

  @Test
  void showNamesLeasesAndTheirPhase() {
    node.lease(1, gpus(8));
    Recorded<NodeEvent, NodeEffect> out = node.hear(new Request(7, new NodeQuery.Show()));
    assertThat(out.effects())
        .filteredOn(NodeEffect.Reply.class::isInstance)
        .singleElement()
        .satisfies(
            effect -> {
              NodeEffect.Reply reply = (NodeEffect.Reply) effect;
              assertThat(reply.asker()).isEqualTo(7);
              assertThat(((NodeView) reply.answer()).leases())
                  .extracting(NodeView.LeaseView::phase)
                  .containsExactly("PROVISIONAL");
            });
  }

  static CallForProposals call(long number, Shape shape) {
    return call(number, shape, 0);
  }

  static CallForProposals call(long number, Shape shape, long limitMs) {
    return new CallForProposals(
        N1, negotiation(number), job(number), rank(number), shape, 2_000, limitMs);
  }

  static Award award(long number, Shape shape) {
    return new Award(N1, negotiation(number), job(number), rank(number), shape, 0, 0);
  }

  private static Confirmation confirmation(Recorded<NodeEvent, NodeEffect> out) {
    List<Confirmation> all = NodeUnderTest.said(out, Confirmation.class);
    assertThat(all).hasSize(1);
    return all.get(0);
  }

  private static Refusal refusal(Recorded<NodeEvent, NodeEffect> out) {
    List<Declined> all = NodeUnderTest.said(out, Declined.class);
    assertThat(all).hasSize(1);
    return all.get(0).reason();
  }
}
