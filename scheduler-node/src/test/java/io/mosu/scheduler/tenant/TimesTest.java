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
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.testing.Recorded;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Begin and deadline; wall time starts at 1,000,000 ms, tick time at 1. */
class TimesTest {
  private static final long T = 1_000_000;

  private final TenantUnderTest tenant = new TenantUnderTest();

  @BeforeEach
  void room() {
    tenant.node("n1", 8);
  }

  @Test
  void jobIsAskedForOnceItsTimeHasCome() {
    assertThat(calls(tenant.submit(from(T + 50_000), ""))).isEmpty();
    assertThat(tenant.rules().wakeAtTickMs()).isEqualTo(50_000);
    tenant.crash();
    assertThat(tenant.rules().wakeAtTickMs()).isEqualTo(50_000);
    assertThat(calls(tenant.pass(49_000))).isEmpty();
    assertThat(calls(tenant.pass(999))).hasSize(1);
  }

  @Test
  void whatIsFarOffIsLookedAtAgainAsTheClockMayBeSet() {
    tenant.submit(from(T + 86_400_000), "");
    assertThat(tenant.rules().wakeAtTickMs()).isEqualTo(60_001);
    tenant.pass(60_000);
    assertThat(tenant.rules().wakeAtTickMs()).isEqualTo(120_001);
  }

  @Test
  void jobThatMustNotStartYetIsNotInTheSumOfWhatWaits() {
    assertThat(waitingMilli(tenant.submit(from(T + 50_000), ""))).isZero();
    assertThat(waitingMilli(tenant.pass(50_000))).isEqualTo(8_000);
  }

  @Test
  void holdEndsTheWaitForItsTime() {
    tenant.submit(from(T + 50_000), "");
    tenant.ask(new TenantQuery.Hold(1));
    assertThat(calls(tenant.pass(50_000))).isEmpty();
    assertThat(calls(tenant.ask(new TenantQuery.Release(1)))).hasSize(1);
  }

  @Test
  void jobThatStillWaitsAtItsLatestStartIsEnded() {
    tenant.full("n1", 8);
    tenant.submit(limited(10_000, T + 60_000), "");
    tenant.submit(limited(0, T + 60_000), "");
    assertThat(tenant.pass(49_990).events()).noneMatch(TenantEvent.Ended.class::isInstance);
    tenant.crash();
    assertThat(tenant.rules().wakeAtTickMs()).isEqualTo(50_000);
    tenant.pass(9);
    assertThat(tenant.job(1))
        .extracting(Job::state, Job::attempt, Job::exitCode)
        .containsExactly(JobState.FAILED, 0, 1);
    assertThat(tenant.job(2).state()).isEqualTo(JobState.QUEUED);
    tenant.pass(10_000);
    assertThat(tenant.job(2).state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void negotiationThatIsTooLatePlacesNothing() {
    NegotiationId negotiation = calls(tenant.submit(limited(0, T + 100), "")).get(0).negotiation();
    NodeMessage.Award award =
        said(tenant.propose(negotiation, "n1"), NodeMessage.Award.class).get(0);
    tenant.pass(99);
    assertThat(tenant.confirm(award).events()).isEmpty();
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
  }

  @Test
  void jobThatRunsGoesOnPastItsDeadlineButDoesNotWaitAgain() {
    NegotiationId negotiation = tenant.place(limited(0, T + 60_000), "n1");
    tenant.pass(70_000);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.PLACED);
    tenant.ended(negotiation, "n1", 1, Exit.Kind.LOST, 0);
    assertThat(tenant.job(1))
        .extracting(Job::state, Job::attempt)
        .containsExactly(JobState.FAILED, 1);
  }

  @Test
  void deadlineThatCannotBeMetIsRefused() {
    for (JobSpec late :
        List.of(
            limited(10_000, T + 10_000),
            limited(0, T),
            gang(1, 8).under(Conditions.NONE.within(T + 9, T + 9)))) {
      assertThat(answered(tenant.submit(late, ""), Refused.class))
          .extracting(Refused::reason)
          .containsExactly(Refusal.DEADLINE);
    }
  }

  private static JobSpec from(long beginMs) {
    return gang(1, 8).under(Conditions.NONE.within(beginMs, 0));
  }

  private static JobSpec limited(long timeLimitMs, long deadlineMs) {
    Ending ending = new Ending("TERM", 0, timeLimitMs, "", 0);
    TaskSpec task =
        new TaskSpec(List.of("train"), new TreeMap<>(), List.of(), false, ending, "", "", false);
    return new JobSpec("job", "p", 1, gpus(8), 0, 0, task)
        .under(Conditions.NONE.within(0, deadlineMs));
  }

  private static long waitingMilli(Recorded<TenantEvent, TenantEffect> out) {
    return out.effects().stream()
        .filter(TenantEffect.Publish.class::isInstance)
        .map(TenantEffect.Publish.class::cast)
        .mapToLong(publish -> publish.demand().waitingMilli())
        .reduce(-1, (first, last) -> last);
  }

  private static List<NodeMessage.CallForProposals> calls(Recorded<TenantEvent, TenantEffect> out) {
    return said(out, NodeMessage.CallForProposals.class);
  }
}
