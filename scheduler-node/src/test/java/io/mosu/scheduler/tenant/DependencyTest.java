// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.scheduler.tenant.TenantUnderTest.answered;
import static io.mosu.scheduler.tenant.TenantUnderTest.said;
import static io.mosu.testing.Specimens.gang;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.journal.Refused;
import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Dependency.Kind;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import io.mosu.scheduler.model.Refusal;
import io.mosu.scheduler.negotiation.NodeMessage;
import io.mosu.testing.Recorded;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DependencyTest {

  private final TenantUnderTest tenant = new TenantUnderTest();

  @BeforeEach
  void room() {
    tenant.node("n1", 8);
  }

  @ParameterizedTest(name = "{0} of a job that ends with {1}: {2}")
  @CsvSource({
    "AFTER,0,QUEUED", "AFTER,3,QUEUED",
    "AFTEROK,0,QUEUED", "AFTEROK,3,FAILED",
    "AFTERANY,0,QUEUED", "AFTERANY,3,QUEUED",
    "AFTERNOTOK,0,FAILED", "AFTERNOTOK,3,QUEUED"
  })
  void jobGoesOnOrEndsWithTheOneThatItDependsOn(Kind kind, int code, JobState state) {
    NegotiationId first = tenant.place(gang(1, 1), "n1");
    boolean goes = kind == Kind.AFTER; // it has started
    assertThat(calls(tenant.submit(on(kind, 1), ""))).hasSize(goes ? 1 : 0);
    tenant.crash();
    Recorded<TenantEvent, TenantEffect> over = tenant.ended(first, "n1", 1, Exit.Kind.EXITED, code);
    assertThat(tenant.job(2).state()).isEqualTo(state);
    assertThat(calls(over)).hasSize(state == JobState.QUEUED ? 1 : 0);
  }

  @Test
  void jobAfterOneThatWaitsIsAskedForOnceThatIsPlaced() {
    NegotiationId first = calls(tenant.submit(gang(1, 1), "")).get(0).negotiation();
    assertThat(calls(tenant.submit(on(Kind.AFTER, 1), ""))).isEmpty();
    assertThat(tenant.rules().ledger().totals().waitingMilli()).isEqualTo(1_000);
    NodeMessage.Award award = said(tenant.propose(first, "n1"), NodeMessage.Award.class).get(0);
    assertThat(calls(tenant.confirm(award)))
        .extracting(call -> call.rank().job().number())
        .containsExactly(2L);
  }

  @Test
  void whatCanNeverStartEndsAndSoDoesWhatDependsOnIt() {
    tenant.submit(gang(1, 1), "");
    tenant.submit(on(Kind.AFTEROK, 1), "");
    tenant.submit(on(Kind.AFTEROK, 2), "");
    tenant.submit(on(Kind.AFTERNOTOK, 3), "");
    tenant.ask(new TenantQuery.Cancel(1));
    assertThat(tenant.job(3))
        .extracting(Job::state, Job::attempt, Job::exitCode)
        .containsExactly(JobState.FAILED, 0, 1);
    assertThat(tenant.job(3).stand().barred()).contains(new Dependency(Kind.AFTEROK, 2));
    assertThat(tenant.job(4).eligible()).isTrue();
  }

  @Test
  void ownerThatRecoversEndsWhatTheFormerOneLeft() {
    tenant.submit(gang(1, 1), "");
    tenant.submit(on(Kind.AFTEROK, 1), "");
    tenant.ask(new TenantQuery.Cancel(1));
    TenantEvent end = new TenantEvent.Ended(2, JobState.FAILED, 1, 1_000_001);
    assertThat(tenant.journal()).endsWith(end);
    tenant.crashBefore(end);
    assertThat(tenant.rules().wakeAtTickMs()).isZero();
    assertThat(tenant.pass(0).events()).containsExactly(end);
    assertThat(tenant.rules().wakeAtTickMs()).isPositive();
  }

  @Test
  void allDependenciesMustHoldAndThoseThatDidAreNotAskedAgain() {
    NegotiationId first = tenant.place(gang(1, 1), "n1");
    tenant.submit(gang(1, 1), "");
    tenant.submit(on(Kind.AFTER, 1, 2), "");
    assertThat(tenant.job(3).stand().awaits()).containsExactly(new Dependency(Kind.AFTER, 2));
    tenant.ended(first, "n1", 1, Exit.Kind.LOST, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    tenant.ask(new TenantQuery.Cancel(2));
    assertThat(tenant.job(3).eligible()).isTrue();
  }

  @Test
  void dependencyOnAJobThatIsNotThereIsRefused() {
    assertThat(answered(tenant.submit(on(Kind.AFTEROK, 1), ""), Refused.class))
        .extracting(Refused::reason)
        .containsExactly(Refusal.UNKNOWN_JOB);
    assertThat(tenant.rules().ledger().active()).isEmpty();
  }

  @Test
  void jobThatIsCancelledDependsOnNothingAnyMore() {
    tenant.submit(gang(1, 1), "");
    tenant.submit(on(Kind.AFTEROK, 1), "");
    tenant.ask(new TenantQuery.Cancel(2));
    assertThat(tenant.rules().ledger().awaited()).isEqualTo(Awaited.NONE);
    assertThat(tenant.ask(new TenantQuery.Cancel(1)).events()).hasSize(1);
  }

  private static JobSpec on(Kind kind, long... numbers) {
    List<Dependency> all =
        Arrays.stream(numbers).mapToObj(number -> new Dependency(kind, number)).toList();
    return gang(1, 1).under(new Conditions(false, all));
  }

  private static List<NodeMessage.CallForProposals> calls(Recorded<TenantEvent, TenantEffect> out) {
    return said(out, NodeMessage.CallForProposals.class);
  }
}
