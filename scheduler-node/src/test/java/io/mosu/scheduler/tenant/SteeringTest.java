// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.scheduler.tenant.TenantUnderTest.answered;
import static io.mosu.scheduler.tenant.TenantUnderTest.said;
import static io.mosu.testing.Specimens.gang;
import static io.mosu.testing.Specimens.gpus;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.testing.Recorded;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class SteeringTest {

  private final TenantUnderTest tenant = new TenantUnderTest();

  @BeforeEach
  void room() {
    tenant.node("n1", 8);
  }

  @Test
  void jobThatIsSubmittedOnHoldAsksNobodyUntilItIsReleased() {
    JobSpec plain = gang(1, 8);
    JobSpec held = new JobSpec("job", "p", 1, gpus(8), 0, 0, plain.task(), new Conditions(true));
    assertThat(calls(tenant.submit(held, ""))).isEmpty();
    tenant.crash();
    assertThat(calls(tenant.pass(60_000))).isEmpty();
    assertThat(calls(tenant.ask(new TenantQuery.Release(1)))).hasSize(1);
    assertThat(tenant.ask(new TenantQuery.Release(1)).events()).isEmpty();
  }

  @Test
  void holdEndsTheNegotiationOfAJobAndIsNotRepeated() {
    NegotiationId negotiation = calls(tenant.submit(gang(1, 8), "")).get(0).negotiation();
    Recorded<TenantEvent, TenantEffect> out = tenant.ask(new TenantQuery.Hold(1));
    assertThat(out.events()).hasOnlyElementsOfType(TenantEvent.Held.class);
    assertThat(said(out, NodeMessage.Award.class)).isEmpty();
    assertThat(said(tenant.propose(negotiation, "n1"), NodeMessage.Award.class)).isEmpty();
    assertThat(tenant.ask(new TenantQuery.Hold(1)).events()).isEmpty();
    assertThat(calls(tenant.pass(60_000))).isEmpty();
  }

  @Test
  void jobThatRunsGoesOnWhileHeldAndIsHeldOnceItWaitsAgain() {
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    Recorded<TenantEvent, TenantEffect> hold = tenant.ask(new TenantQuery.Hold(1));
    assertThat(said(hold, NodeMessage.Stop.class)).isEmpty();
    Recorded<TenantEvent, TenantEffect> lost =
        tenant.ended(negotiation, "n1", 1, Exit.Kind.LOST, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    assertThat(calls(lost)).isEmpty();
  }

  @Test
  void jobThatIsPutFirstIsAskedForFirst() {
    tenant.ask(new TenantQuery.SetQuota(new io.mosu.scheduler.model.Quota(0, 8_000, 1)));
    NegotiationId running = tenant.place(gang(1, 8), "n1");
    tenant.submit(gang(1, 8), "");
    tenant.submit(gang(1, 8), "");
    tenant.ask(new TenantQuery.Prioritise(3, 5));
    assertThat(tenant.job(3).rank()).isLessThan(tenant.job(2).rank());
    Recorded<TenantEvent, TenantEffect> over = tenant.ended(running, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(calls(over)).extracting(call -> call.rank().job().number()).containsExactly(3L);
    tenant.crash();
    assertThat(tenant.job(3).stand().priority()).isEqualTo(5);
  }

  @Test
  void requeuedJobWaitsAgainWhateverItsTasksEndedWithAndKeepsItsCounts() {
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    assertThat(said(tenant.ask(new TenantQuery.Requeue(1)), NodeMessage.Stop.class)).hasSize(1);
    assertThat(tenant.ask(new TenantQuery.Requeue(1)).events()).isEmpty();
    tenant.crash();
    assertThat(said(tenant.pass(60_000), NodeMessage.Stop.class)).hasSize(1);
    Recorded<TenantEvent, TenantEffect> out =
        tenant.ended(negotiation, "n1", 1, Exit.Kind.EXITED, 0);
    assertThat(tenant.job(1))
        .extracting(Job::state, Job::attempt, Job::failures, Job::losses)
        .containsExactly(JobState.QUEUED, 1, 0, 0);
    assertThat(tenant.job(1).stand().requeues()).isEqualTo(1);
    assertThat(calls(out)).hasSize(1);
  }

  @Test
  void cancelBeatsARequeue() {
    NegotiationId negotiation = tenant.place(gang(1, 8), "n1");
    tenant.ask(new TenantQuery.Requeue(1));
    tenant.ask(new TenantQuery.Cancel(1));
    tenant.ended(negotiation, "n1", 1, Exit.Kind.STOPPED, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.CANCELLED);
  }

  @Test
  void whatCannotBeOrderedIsRefused() {
    tenant.submit(gang(1, 8), "");
    assertThat(refusals(tenant.ask(new TenantQuery.Requeue(1))))
        .containsExactly(Refusal.NOT_RUNNING);
    tenant.ask(new TenantQuery.Cancel(1));
    assertThat(refusals(tenant.ask(new TenantQuery.Hold(1)))).containsExactly(Refusal.JOB_ENDED);
    assertThat(refusals(tenant.ask(new TenantQuery.Hold(7)))).containsExactly(Refusal.UNKNOWN_JOB);
  }

  private static List<NodeMessage.CallForProposals> calls(Recorded<TenantEvent, TenantEffect> out) {
    return said(out, NodeMessage.CallForProposals.class);
  }

  private static List<Refusal> refusals(Recorded<TenantEvent, TenantEffect> out) {
    return answered(out, Refused.class).stream().map(Refused::reason).toList();
  }
}
