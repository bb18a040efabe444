// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.scheduler.tenant.TenantUnderTest.answered;
import static io.mosu.scheduler.tenant.TenantUnderTest.said;
import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.gang;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.NodeMessage.CallForProposals;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.tenant.TenantAnswer.Shown;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tenant may use: its limit, what it gives back, and what it asks back. */
class QuotaTest {

  private final TenantUnderTest tenant = new TenantUnderTest();

  @Test
  void whatIsBorrowedIsGivenBackAndTheJobWaitsAgain() {
    tenant.node("n1", 8);
    NegotiationId placed = tenant.place(gang(1, 8), "n1");
    quota(0, Quota.NONE.limitMilli());
    Recorded<TenantEvent, TenantEffect> out = reclaim(placed, 1);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.PREEMPTING);
    assertThat(said(out, NodeMessage.Stop.class)).hasSize(1);
    assertThat(tenant.rules().ledger().totals().stayingMilli()).isZero();
    assertThat(reclaim(placed, 1).events()).isEmpty();
    tenant.ended(placed, "n1", 1, Exit.Kind.STOPPED, 143);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    assertThat(tenant.job(1).preemptions()).isEqualTo(1);
    assertThat(tenant.job(1).failures()).isZero();
    assertThat(tenant.job(1).losses()).isZero();
  }

  @Test
  void whatIsGuaranteedIsKept() {
    tenant.node("n1", 8);
    quota(1_000, Quota.NONE.limitMilli());
    NegotiationId placed = tenant.place(gang(1, 8), "n1");
    assertThat(reclaim(placed, 1).events()).isEmpty();
    assertThat(tenant.job(1).state()).isEqualTo(JobState.PLACED);
  }

  @Test
  void jobThatEndsByItselfInItsGraceIsOver() {
    tenant.node("n1", 8);
    NegotiationId placed = tenant.place(gang(1, 8), "n1");
    reclaim(placed, 1);
    tenant.ended(placed, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.COMPLETED);
  }

  @Test
  void jobThatIsCancelledInItsGraceIsCancelled() {
    tenant.node("n1", 8);
    NegotiationId placed = tenant.place(gang(1, 8), "n1");
    reclaim(placed, 1);
    tenant.ask(new TenantQuery.Cancel(1));
    tenant.ended(placed, "n1", 1, Exit.Kind.STOPPED, 143);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void jobAboveTheLimitIsRefusedAtOnce() {
    tenant.node("n1", 8);
    quota(0, 4_000);
    Refused refused = answered(tenant.submit(gang(1, 8), ""), Refused.class).get(0);
    assertThat(refused.reason()).isEqualTo(Refusal.QUOTA);
    assertThat(refused.detail()).isEqualTo("8 GPUs asked, 4 is the tenant's limit");
  }

  @Test
  void jobThatTheLimitHasNoRoomForWaitsAndGoesOnByItself() {
    tenant.node("n1", 8);
    quota(0, 8_000);
    NegotiationId placed = tenant.place(gang(1, 8), "n1");
    assertThat(said(tenant.submit(gang(1, 8), ""), CallForProposals.class)).isEmpty();
    assertThat(tenant.job(2).decision().orElseThrow().refusals())
        .extracting(RefusalCount::reason)
        .containsExactly(Refusal.QUOTA);
    Recorded<TenantEvent, TenantEffect> out = tenant.ended(placed, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(said(out, CallForProposals.class)).isNotEmpty();
  }

  @Test
  void whatIsGuaranteedIsAskedBackAtOnce() {
    tenant.node("n1", 8);
    tenant.full("n1", 8);
    quota(8_000, Quota.NONE.limitMilli());
    tenant.submit(gang(1, 8), "");
    tenant.lent("n1", 8);
    Recorded<TenantEvent, TenantEffect> out = tenant.pass(1);
    assertThat(said(out, CallForProposals.class))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.reclaim()).isTrue();
              assertThat(call.reserveMs()).isPositive();
            });
  }

  @Test
  void beyondTheGuaranteeRoomIsKeptOnceTheFirstJobHasWaitedLong() {
    tenant.node("n1", 8);
    tenant.full("n1", 8);
    tenant.submit(gang(1, 8), "");
    tenant.submit(gang(1, 8), "");
    assertThat(
            said(tenant.pass(TenantUnderTest.TERMS.reserveAfterMs() / 2), CallForProposals.class))
        .isEmpty();
    tenant.pass(TenantUnderTest.TERMS.reserveAfterMs() / 2);
    assertThat(said(tenant.pass(1), CallForProposals.class))
        .singleElement()
        .satisfies(
            call -> {
              assertThat(call.job().number()).isEqualTo(1);
              assertThat(call.reclaim()).isFalse();
              assertThat(call.reserveMs()).isPositive();
            });
  }

  @Test
  void jobGoesWhereRoomIsAndGivesBackWhatIsKeptElsewhere() {
    tenant.node("n1", 8);
    tenant.full("n1", 8);
    tenant.submit(gang(1, 8), "");
    tenant.pass(TenantUnderTest.TERMS.reserveAfterMs());
    CallForProposals call = said(tenant.pass(1), CallForProposals.class).get(0);
    tenant.hear(
        new TenantMessage.Declined(
            ACME,
            call.negotiation(),
            new NodeId("n1"),
            Refusal.RESERVING,
            "kept",
            TenantUnderTest.digest("n1", 8)));
    tenant.node("n2", 8);
    List<CallForProposals> calls =
        said(tenant.pass(TenantUnderTest.TERMS.reviewMs()), CallForProposals.class);
    assertThat(calls)
        .extracting(each -> each.node().value() + " " + (each.reserveMs() > 0))
        .containsExactly("n1 true", "n2 false");
    NegotiationId again = calls.get(0).negotiation();
    tenant.propose(again, "n2");
    Recorded<TenantEvent, TenantEffect> out =
        tenant.hear(
            new TenantMessage.Declined(
                ACME,
                again,
                new NodeId("n1"),
                Refusal.RESERVING,
                "kept",
                TenantUnderTest.digest("n1", 8)));
    out = tenant.confirm(said(out, NodeMessage.Award.class).get(0));
    assertThat(said(out, NodeMessage.Withdrawal.class))
        .anySatisfy(
            withdrawal -> {
              assertThat(withdrawal.node()).isEqualTo(new NodeId("n1"));
              assertThat(withdrawal.unreserve()).isTrue();
            });
  }

  @Test
  void whatIsNegotiatedIsNotPlacedBeyondALowerLimit() {
    tenant.node("n1", 8);
    NegotiationId begun =
        said(tenant.submit(gang(1, 8), ""), NodeMessage.CallForProposals.class)
            .get(0)
            .negotiation();
    List<NodeMessage.Award> awards = said(tenant.propose(begun, "n1"), NodeMessage.Award.class);
    assertThat(awards).hasSize(1);
    quota(0, 4_000);
    tenant.confirm(awards.get(0));
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    assertThat(tenant.rules().ledger().totals().usedMilli()).isZero();
  }

  private void quota(long guaranteedMilli, long limitMilli) {
    Recorded<TenantEvent, TenantEffect> out =
        tenant.ask(new TenantQuery.SetQuota(new Quota(guaranteedMilli, limitMilli, 1)));
    assertThat(answered(out, Shown.class)).hasSize(1);
  }

  private Recorded<TenantEvent, TenantEffect> reclaim(NegotiationId negotiation, long number) {
    return tenant.hear(
        new TenantMessage.Reclaim(
            ACME, negotiation, new NodeId("n1"), io.mosu.testing.Specimens.job(number)));
  }
}
