// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.scheduler.tenant.TenantUnderTest.answered;
import static io.mosu.scheduler.tenant.TenantUnderTest.said;
import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.TRAIN;
import static io.mosu.testing.Specimens.gang;
import static io.mosu.testing.Specimens.gpus;
import static io.mosu.testing.Specimens.job;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.DecisionRecord.RefusalCount;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.scheduler.negotiation.TenantMessage;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantAnswer.JobsAnswer;
import io.mosu.scheduler.tenant.TenantEffect.TellNode;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a tenant promises its users and how it keeps it with its nodes. */
class TenantTest {

  private final TenantUnderTest tenant = new TenantUnderTest();

  @Test
  void submissionIsJournaledBeforeItIsAcknowledged() {
    Recorded<TenantEvent, TenantEffect> out = tenant.submit(gang(1, 8), "k");
    assertThat(out.events().get(0)).isInstanceOf(TenantEvent.Submitted.class);
    assertThat(answered(out, JobAnswer.class))
        .extracting(JobAnswer::repeated)
        .containsExactly(false);
    assertThat(out.unconditional()).noneMatch(TenantEffect.Reply.class::isInstance);
  }

  @Test
  void repeatedKeyGetsTheSameJobEvenAfterACrash() {
    tenant.submit(gang(1, 8), "k");
    tenant.crash();
    Recorded<TenantEvent, TenantEffect> again = tenant.submit(gang(1, 4), "k");
    assertThat(answered(again, JobAnswer.class))
        .singleElement()
        .satisfies(
            answer -> {
              assertThat(answer.repeated()).isTrue();
              assertThat(answer.job().id().number()).isEqualTo(1);
            });
    assertThat(tenant.rules().ledger().lastNumber()).isEqualTo(1);
  }

  @Test
  void fullQueueRefuses() {
    for (int i = 0; i < TenantUnderTest.TERMS.jobsMax(); i++) {
      tenant.submit(gang(1, 8), "");
    }
    assertThat(refusal(tenant.submit(gang(1, 8), ""))).isEqualTo(Refusal.QUEUE_FULL);
  }

  @Test
  void whatNoNodeCouldEverHostIsRefusedAtSubmission() {
    tenant.node("n1", 8);
    Recorded<TenantEvent, TenantEffect> out = tenant.submit(gang(2, 8), "");
    assertThat(refusal(out)).isEqualTo(Refusal.IMPOSSIBLE);
    assertThat(out.events()).isEmpty();
  }

  @Test
  void unknownJobIsRefused() {
    assertThat(refusal(tenant.ask(new TenantQuery.Get(7, 0)))).isEqualTo(Refusal.UNKNOWN_JOB);
    assertThat(refusal(tenant.ask(new TenantQuery.Cancel(7)))).isEqualTo(Refusal.UNKNOWN_JOB);
  }

  @Test
  void jobWithoutRoomSaysWhyOnce() {
    Recorded<TenantEvent, TenantEffect> out = tenant.submit(gang(1, 8), "");
    assertThat(out.events()).hasAtLeastOneElementOfType(TenantEvent.Deferred.class);
    assertThat(tenant.job(1).decision().orElseThrow().refusals())
        .extracting(RefusalCount::reason)
        .containsExactly(Refusal.NO_CANDIDATE);
    assertThat(tenant.pass(10_000).events()).isEmpty();
  }

  @Test
  void jobThatFoundAllRoomHeldSaysWhyItWaitsOnceThatIsDecided() {
    tenant.node("n1", 8);
    tenant.submit(gang(1, 8), "");
    assertThat(tenant.submit(gang(1, 8), "").events())
        .hasOnlyElementsOfType(TenantEvent.Submitted.class);
    tenant.full("n1", 8);
    assertThat(tenant.pass(10_000).events()).isEmpty(); // nobody answered, which passes by itself
    assertThat(tenant.pass(10_000).events()).hasOnlyElementsOfType(TenantEvent.Deferred.class);
    assertThat(tenant.job(2).decision().orElseThrow().refusals())
        .extracting(RefusalCount::reason)
        .containsExactly(Refusal.NO_CAPACITY);
  }

  @Test
  void placementIsJournaledBeforeTheStartIsSaid() {
    tenant.node("n1", 8);
    NegotiationId negotiation =
        said(tenant.submit(gang(1, 8), ""), NodeMessage.CallForProposals.class)
            .get(0)
            .negotiation();
    NodeMessage.Award award =
        said(tenant.propose(negotiation, "n1"), NodeMessage.Award.class).get(0);
    Recorded<TenantEvent, TenantEffect> out = tenant.confirm(award);
    assertThat(out.events()).singleElement().isInstanceOf(TenantEvent.Placed.class);
    assertThat(said(out, NodeMessage.Start.class)).hasSize(1);
    assertThat(out.unconditional()).isEmpty();
  }

  @Test
  void startIsSaidUntilItIsAcknowledged() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    assertThat(said(tenant.pass(500), NodeMessage.Start.class)).hasSize(1);
    tenant.hear(acknowledged(negotiation, "n1", true));
    assertThat(said(tenant.pass(500), NodeMessage.Start.class)).isEmpty();
    assertThat(answered(tenant.ask(new TenantQuery.Get(1, 0)), JobAnswer.class).get(0).startedMs())
        .isPositive();
  }

  @Test
  void recoveredTenantStartsPlacedJobsAgain() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    tenant.hear(acknowledged(negotiation, "n1", true));
    tenant.crash();
    assertThat(said(tenant.pass(2), NodeMessage.Start.class)).hasSize(1);
  }

  @Test
  void recoveredTenantNegotiatesQueuedJobsAnewUnderAnotherName() {
    tenant.node("n1", 8);
    NegotiationId before =
        said(tenant.submit(gang(1, 8), ""), NodeMessage.CallForProposals.class)
            .get(0)
            .negotiation();
    tenant.crash();
    Recorded<TenantEvent, TenantEffect> out = tenant.pass(1);
    assertThat(said(out, NodeMessage.CallForProposals.class))
        .singleElement()
        .satisfies(call -> assertThat(call.negotiation()).isNotEqualTo(before));
    assertThat(said(tenant.inquire(before, "n1", 1), NodeMessage.Withdrawal.class)).hasSize(1);
  }

  @Test
  void inquiryDuringTheNegotiationIsNotAnswered() {
    tenant.node("n1", 8);
    NegotiationId negotiation =
        said(tenant.submit(gang(1, 8), ""), NodeMessage.CallForProposals.class)
            .get(0)
            .negotiation();
    assertThat(said(tenant.inquire(negotiation, "n1", 1), NodeMessage.class)).isEmpty();
  }

  @Test
  void inquiryAboutAPlacementIsAnsweredByItsStart() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    assertThat(said(tenant.inquire(negotiation, "n1", 1), NodeMessage.Start.class)).hasSize(1);
    tenant.ask(new TenantQuery.Cancel(1));
    assertThat(said(tenant.inquire(negotiation, "n1", 1), NodeMessage.Stop.class)).hasSize(1);
    tenant.ended(negotiation, "n1", 1, Exit.Kind.STOPPED, 0);
    assertThat(said(tenant.inquire(negotiation, "n1", 1), NodeMessage.EndAcknowledged.class))
        .hasSize(1);
  }

  @Test
  void nothingIsSaidOfWhatANewerOwnerBegan() {
    NegotiationId newer = NegotiationId.of(job(1), 2, 1);
    assertThat(tenant.inquire(newer, "n1", 1).effects()).noneMatch(TellNode.class::isInstance);
    assertThat(tenant.ended(newer, "n1", 1, Exit.Kind.EXITED, 0).effects())
        .noneMatch(TellNode.class::isInstance);
  }

  @Test
  void lateOfferForAPlacedJobTakesNothingBack() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    assertThat(said(tenant.propose(negotiation, "n1"), NodeMessage.class)).isEmpty();
  }

  @Test
  void successCompletesTheJobAndIsKeptOnce() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    Recorded<TenantEvent, TenantEffect> out =
        tenant.ended(negotiation, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.COMPLETED);
    assertThat(said(out, NodeMessage.EndAcknowledged.class)).hasSize(1);
    assertThat(out.unconditional()).isEmpty();
    Recorded<TenantEvent, TenantEffect> again =
        tenant.ended(negotiation, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(again.events()).isEmpty();
    assertThat(said(again, NodeMessage.EndAcknowledged.class)).hasSize(1);
  }

  @Test
  void failureIsRetriedAsOftenAsAskedAndThenFailsWithItsCode() {
    tenant.node("n1", 8);
    JobSpec spec = new JobSpec("job", "p", 1, gpus(8), 0, 1, TRAIN);
    NegotiationId first = tenant.place(spec, "n1");
    Recorded<TenantEvent, TenantEffect> out = tenant.ended(first, "n1", 1, Exit.Kind.EXITED, 9);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    NegotiationId second = replaced(out, "n1");
    tenant.ended(second, "n1", 1, Exit.Kind.EXITED, 9);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(9);
    assertThat(tenant.job(1).attempt()).isEqualTo(2);
  }

  @Test
  void lostHostRestartsTheJobWithoutSpendingARetryUpToTheLimit() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    for (int loss = 1; loss <= TenantUnderTest.TERMS.lossesMax(); loss++) {
      Recorded<TenantEvent, TenantEffect> out =
          tenant.ended(negotiation, "n1", 1, Exit.Kind.LOST, 0);
      assertThat(tenant.job(1).losses()).isEqualTo(loss);
      negotiation = replaced(out, "n1");
    }
    tenant.ended(negotiation, "n1", 1, Exit.Kind.LOST, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(1);
  }

  @Test
  void failedTaskStopsItsGangWhichEndsWhenAllAreGone() {
    tenant.node("n1", 8);
    tenant.node("n2", 8);
    NegotiationId negotiation = tenant.place(gang(2, 8), "n1", "n2");
    Recorded<TenantEvent, TenantEffect> out =
        tenant.ended(negotiation, "n1", 1, Exit.Kind.EXITED, 7);
    assertThat(said(out, NodeMessage.Stop.class))
        .extracting(NodeMessage.Stop::node)
        .containsExactly(new NodeId("n2"));
    assertThat(tenant.job(1).state()).isEqualTo(JobState.STOPPING);
    assertThat(said(tenant.pass(500), NodeMessage.Stop.class)).hasSize(1);
    tenant.ended(negotiation, "n2", 1, Exit.Kind.NOT_STARTED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(7);
    assertThat(tenant.job(1).losses()).isZero();
  }

  @Test
  void stopThatNobodyAskedForCountsAsALoss() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    tenant.ended(negotiation, "n1", 1, Exit.Kind.STOPPED, 137);
    assertThat(tenant.job(1).losses()).isEqualTo(1);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
  }

  @Test
  void endOfAnEarlierPlacementMeansNothing() {
    tenant.node("n1", 8);
    NegotiationId first = tenant.place(gang(1, 8), "n1");
    NegotiationId second = replaced(tenant.ended(first, "n1", 1, Exit.Kind.LOST, 0), "n1");
    tenant.ended(first, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.PLACED);
    assertThat(tenant.job(1).placement().orElseThrow().negotiation()).isEqualTo(second);
  }

  @Test
  void queuedJobIsCancelledAtOnceAndItsNegotiationGivenUp() {
    tenant.node("n1", 8);
    tenant.submit(gang(1, 8), "");
    Recorded<TenantEvent, TenantEffect> out = tenant.ask(new TenantQuery.Cancel(1));
    assertThat(said(out, NodeMessage.Withdrawal.class)).hasSize(1);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.CANCELLED);
    assertThat(tenant.ask(new TenantQuery.Cancel(1)).events()).isEmpty();
  }

  @Test
  void placedJobIsCancelledWhenItsTasksAreGone() {
    tenant.node("n1", 8);
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    tenant.ask(new TenantQuery.Cancel(1));
    assertThat(tenant.job(1).state()).isEqualTo(JobState.STOPPING);
    assertThat(tenant.ask(new TenantQuery.Cancel(1)).events()).isEmpty();
    tenant.crash();
    assertThat(said(tenant.pass(2), NodeMessage.Stop.class)).hasSize(1);
    tenant.ended(negotiation, "n1", 1, Exit.Kind.STOPPED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.CANCELLED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(130);
  }

  @Test
  void invitationWakesWaitingWork() {
    tenant.submit(gang(1, 8), "");
    board();
    Recorded<TenantEvent, TenantEffect> out =
        tenant.hear(
            new TenantMessage.Invitation(ACME, new NodeId("n1"), TenantUnderTest.digest("n1", 8)));
    assertThat(said(out, NodeMessage.CallForProposals.class)).hasSize(1);
  }

  @Test
  void reviewWakesWaitingWorkIfNobodyInvites() {
    tenant.submit(gang(1, 8), "");
    board();
    assertThat(said(tenant.pass(10_000), NodeMessage.CallForProposals.class)).hasSize(1);
  }

  @Test
  void watcherIsToldTheEndOrThatItsTimeIsOver() {
    tenant.submit(gang(1, 8), "");
    assertThat(tenant.ask(new TenantQuery.Get(1, 1_000)).effects()).isEmpty();
    assertThat(answered(tenant.pass(1_000), JobAnswer.class))
        .extracting(answer -> answer.job().state())
        .containsExactly(JobState.QUEUED);
    tenant.ask(new TenantQuery.Get(1, 1_000));
    assertThat(answered(tenant.ask(new TenantQuery.Cancel(1)), JobAnswer.class))
        .extracting(answer -> answer.job().state())
        .containsExactly(JobState.CANCELLED, JobState.CANCELLED);
  }

  @Test
  void listMergesActiveAndEndedByNumber() {
    tenant.submit(gang(1, 8), "");
    tenant.submit(gang(1, 8), "");
    tenant.submit(gang(1, 8), "");
    tenant.ask(new TenantQuery.Cancel(2));
    assertThat(numbers(List.of(), 0, 9)).containsExactly(1L, 2L, 3L);
    assertThat(numbers(List.of(), 1, 1)).containsExactly(2L);
    assertThat(numbers(List.of(JobState.QUEUED), 0, 9)).containsExactly(1L, 3L);
  }

  @Test
  void readBeginsNothing() {
    tenant.node("n1", 8);
    tenant.submit(gang(1, 8), "");
    tenant.crash();
    Recorded<TenantEvent, TenantEffect> out = tenant.ask(new TenantQuery.Get(1, 0));
    assertThat(answered(out, JobAnswer.class)).hasSize(1);
    assertThat(out.events()).isEmpty();
    assertThat(out.effects()).hasSize(1);
  }

  @Test
  void higherPriorityIsNegotiatedFirst() {
    for (int i = 0; i < 3; i++) {
      tenant.submit(new JobSpec("job", "p", 1, gpus(8), i, 0, TRAIN), "");
    }
    board();
    assertThat(said(tenant.pass(10_000), NodeMessage.CallForProposals.class))
        .extracting(NodeMessage.CallForProposals::job)
        .startsWith(job(3));
  }

  private void board() {
    tenant.node("n1", 8);
  }

  /** Plays the node of the negotiation that {@code out} opened. */
  private NegotiationId replaced(Recorded<TenantEvent, TenantEffect> out, String node) {
    NegotiationId negotiation = said(out, NodeMessage.CallForProposals.class).get(0).negotiation();
    said(tenant.propose(negotiation, node), NodeMessage.Award.class).forEach(tenant::confirm);
    return negotiation;
  }

  private List<Long> numbers(List<JobState> states, long after, int limit) {
    return answered(tenant.ask(new TenantQuery.ListJobs(states, after, limit)), JobsAnswer.class)
        .get(0)
        .jobs()
        .stream()
        .map(answer -> answer.job().id().number())
        .toList();
  }

  private static TenantMessage.StartAcknowledged acknowledged(
      NegotiationId negotiation, String node, boolean running) {
    return new TenantMessage.StartAcknowledged(
        ACME, negotiation, new NodeId(node), job(1), running);
  }

  private static Refusal refusal(Recorded<TenantEvent, TenantEffect> out) {
    return answered(out, Refused.class).get(0).reason();
  }
}
