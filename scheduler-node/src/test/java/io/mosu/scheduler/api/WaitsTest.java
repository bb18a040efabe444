// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.api;

import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.gang;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Conditions;
import io.mosu.scheduler.model.Dependency;
import io.mosu.scheduler.model.Dependency.Kind;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantAnswer.JobAnswer;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What `mosu why` and `mosu ps` say of jobs that wait for something else than room. */
class WaitsTest {

  private TenantLedger ledger = TenantLedger.blank(ACME);

  @Test
  void jobOnHoldSaysHowItIsReleased() {
    submit(1, Conditions.NONE);
    ledger = ledger.apply(new TenantEvent.Held(1, true, 1));
    assertThat(why(1).summary()).isEqualTo("is on hold; release it with: mosu release acme-1");
    assertThat(view(1).reason()).isEqualTo("ON_HOLD");
    assertThat(view(1).detail()).isEqualTo("release it with: mosu release acme-1");
    ledger = ledger.apply(new TenantEvent.Held(1, false, 1));
    assertThat(why(1).summary()).isEqualTo("waits: its negotiation has not ended yet");
    assertThat(view(1).reason()).isNull();
  }

  @Test
  void jobOnHoldIsNotInTheSumOfWhatWaits() {
    submit(1, Conditions.NONE);
    submit(2, new Conditions(true));
    assertThat(ledger.totals().queued()).isEqualTo(2);
    assertThat(ledger.totals().waitingMilli()).isEqualTo(8_000);
    ledger = ledger.apply(new TenantEvent.Held(2, false, 1));
    assertThat(ledger.totals().waitingMilli()).isEqualTo(16_000);
    ledger = ledger.apply(new TenantEvent.Held(1, true, 1));
    assertThat(ledger.totals().waitingMilli()).isEqualTo(8_000);
  }

  @Test
  void jobThatWasRequeuedSaysHowOften() {
    submit(1, Conditions.NONE);
    ledger = ledger.apply(new TenantEvent.RequeueRequested(1, 1));
    assertThat(view(1).state()).isEqualTo("REQUEUING");
    assertThat(why(1).summary()).startsWith("is being ended on").contains("then it waits again");
    ledger = ledger.apply(new TenantEvent.Requeued(1, false, 1));
    assertThat(why(1).setback()).isEqualTo("requeued 1 time, as asked");
    assertThat(view(1).requeues()).isEqualTo(1);
  }

  @Test
  void dependentJobNamesThoseItWaitsFor() {
    submit(1, Conditions.NONE);
    submit(2, Conditions.NONE);
    submit(3, on(new Dependency(Kind.AFTEROK, 1), new Dependency(Kind.AFTERANY, 2)));
    assertThat(why(3).summary())
        .isEqualTo("waits for acme-1 to complete (afterok), for acme-2 to end (afterany)");
    assertThat(view(3).reason()).isEqualTo("DEPENDENCY");
    end(2, JobState.CANCELLED);
    assertThat(why(3).summary()).isEqualTo("waits for acme-1 to complete (afterok)");
    end(1, JobState.COMPLETED);
    assertThat(why(3).summary()).isEqualTo("waits: its negotiation has not ended yet");
  }

  @Test
  void jobThatCanNeverStartSaysBecauseOfWhat() {
    submit(1, Conditions.NONE);
    submit(2, on(new Dependency(Kind.AFTEROK, 1)));
    end(1, JobState.FAILED);
    end(2, JobState.FAILED);
    assertThat(why(2).summary())
        .isEqualTo("was never started: afterok:acme-1 can never hold: acme-1 has ended otherwise");
    assertThat(view(2).reason()).isEqualTo("DEPENDENCY");
    assertThat(view(1).reason()).isNull();
  }

  @Test
  void jobThatMustNotStartYetSaysSinceWhenItMay() {
    submit(1, Conditions.NONE.within(4_102_444_800_000L, 0));
    assertThat(why(1).summary()).isEqualTo("waits until 2100-01-01T00:00:00Z, not to begin before");
    assertThat(view(1).reason()).isEqualTo("BEGIN");
    submit(2, Conditions.NONE.within(1_000_000, 0));
    assertThat(why(2).summary()).isEqualTo("waits: its negotiation has not ended yet");
  }

  @Test
  void jobThatMissedItsDeadlineSaysWhen() {
    submit(1, Conditions.NONE.within(0, 1_800_000));
    end(1, JobState.FAILED);
    assertThat(why(1).summary())
        .isEqualTo(
            "was ended: by 1970-01-01T00:30:00Z it had no place to start, and its deadline was"
                + " then");
    assertThat(view(1).reason()).isEqualTo("DEADLINE");
  }

  @Test
  void writtenDependenciesAreRead() {
    assertThat(Dependency.parse("afternotok:a-b-7").map(Dependency.Written::kind))
        .isEqualTo(Optional.of(Kind.AFTERNOTOK));
    assertThat(List.of("", "after", "after:", "after:7", "Afterok:a-1", "aftercorr:a-1"))
        .allMatch(text -> Dependency.parse(text).isEmpty());
  }

  private static Conditions on(Dependency... all) {
    return new Conditions(false, List.of(all));
  }

  private void submit(long number, Conditions conditions) {
    ledger =
        ledger.apply(
            new TenantEvent.Submitted(number, gang(1, 8).under(conditions), "", 1_000_000));
  }

  private void end(long number, JobState state) {
    ledger = ledger.apply(new TenantEvent.Ended(number, state, 1, 1));
  }

  private WhyView why(long number) {
    return WhyView.of(answer(number));
  }

  private JobView view(long number) {
    return JobView.of(answer(number));
  }

  private JobAnswer answer(long number) {
    return new JobAnswer(Optional.ofNullable(ledger.job(number)).orElseThrow(), 0, false);
  }
}
