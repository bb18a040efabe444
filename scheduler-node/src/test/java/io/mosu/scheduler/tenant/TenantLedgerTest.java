// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.testing.Specimens.ACME;
import static io.mosu.testing.Specimens.N1;
import static io.mosu.testing.Specimens.gang;
import static io.mosu.testing.Specimens.negotiation;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalStateException;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.negotiation.DecisionRecord;
import io.mosu.scheduler.tenant.Placement.Part;
import io.mosu.scheduler.tenant.TenantEvent.Ended;
import io.mosu.scheduler.tenant.TenantEvent.EpochClaimed;
import io.mosu.scheduler.tenant.TenantEvent.Placed;
import io.mosu.scheduler.tenant.TenantEvent.Requeued;
import io.mosu.scheduler.tenant.TenantEvent.StopRequested;
import io.mosu.scheduler.tenant.TenantEvent.Submitted;
import io.mosu.scheduler.tenant.TenantEvent.TaskEnded;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a tenant's journal can say, and what it cannot. */
class TenantLedgerTest {

  private static final DecisionRecord DECISION =
      new DecisionRecord(negotiation(1), 0, "balanced", 1, 1, List.of(), List.of());

  private final TenantLedger queued =
      TenantLedger.blank(ACME).apply(new Submitted(1, gang(1, 4), "k", 7));

  @Test
  void numbersFollowEachOther() {
    assertThatIllegalStateException()
        .isThrownBy(() -> queued.apply(new Submitted(3, gang(1, 4), "", 7)));
    assertThatIllegalStateException()
        .isThrownBy(() -> queued.apply(new Submitted(1, gang(1, 4), "", 7)));
  }

  @Test
  void epochsOnlyRise() {
    TenantLedger claimed = queued.apply(new EpochClaimed(2));
    assertThatIllegalStateException().isThrownBy(() -> claimed.apply(new EpochClaimed(2)));
  }

  @Test
  void totalsFollowTheJobs() {
    assertThat(queued.totals()).isEqualTo(new TenantLedger.Totals(1, 0, 4_000, 0, 0));
    TenantLedger placed = queued.apply(placed());
    assertThat(placed.totals()).isEqualTo(new TenantLedger.Totals(0, 1, 0, 4_000, 0));
    assertThat(placed.apply(new Requeued(1, true, 8)).totals()).isEqualTo(queued.totals());
    assertThat(ended().totals()).isEqualTo(new TenantLedger.Totals(0, 0, 0, 0, 0));
  }

  @Test
  void whatHasEndedDoesNotChange() {
    assertThatIllegalStateException().isThrownBy(() -> ended().apply(placed()));
    assertThatIllegalStateException()
        .isThrownBy(() -> ended().apply(new Ended(1, JobState.FAILED, 1, 9)));
    assertThatIllegalStateException()
        .isThrownBy(() -> ended().apply(new StopRequested(1, true, 9)));
  }

  @Test
  void requeuedJobHasNoPlacementAndKeepsItsRank() {
    TenantLedger again = queued.apply(placed()).apply(new Requeued(1, false, 9));
    assertThat(first(again).placement()).isEmpty();
    assertThat(first(again).failures()).isEqualTo(1);
    assertThat(first(again).rank()).isEqualTo(first(queued).rank());
  }

  @Test
  void endedJobsKeepTheirKeyUntilTheyAreDropped() {
    assertThat(ended().keys()).containsEntry("k", 1L);
    TenantLedger many = ended();
    for (long number = 2; number <= TenantLedger.ENDED_MAX + 1; number++) {
      many =
          many.apply(new Submitted(number, gang(1, 4), "k" + number, 7))
              .apply(new Ended(number, JobState.CANCELLED, 130, 8));
    }
    assertThat(many.ended()).hasSize(TenantLedger.ENDED_MAX);
    assertThat(many.keys()).hasSize(TenantLedger.ENDED_MAX).doesNotContainKey("k");
    assertThat(many.endedCount()).isEqualTo(TenantLedger.ENDED_MAX + 1);
  }

  @Test
  void jobThatRanLongIsNotForgottenAtItsEnd() {
    TenantLedger many = queued.apply(placed());
    for (long number = 2; number <= TenantLedger.ENDED_MAX + 1; number++) {
      many =
          many.apply(new Submitted(number, gang(1, 4), "k" + number, 7))
              .apply(new Ended(number, JobState.CANCELLED, 130, 1_000 + number));
    }
    many =
        many.apply(new TaskEnded(1, 0, new Exit(Exit.Kind.EXITED, 0), 8))
            .apply(new Ended(1, JobState.COMPLETED, 0, 8));
    assertThat(many.job(1)).isNotNull();
    assertThat(many.keys()).containsEntry("k", 1L).doesNotContainKey("k2");
    assertThat(many.job(2)).isNull();
  }

  @Test
  void snapshotRebuildsTheSameLedger() {
    TenantLedger ledger =
        ended()
            .apply(new EpochClaimed(3))
            .apply(new Submitted(2, gang(1, 2), "other", 9))
            .apply(new Submitted(3, gang(2, 2), "", 9));
    assertThat(
            TenantLedger.of(
                ACME,
                ledger.epoch(),
                ledger.lastNumber(),
                ledger.active().values(),
                ledger.ended().values(),
                ledger.endedCount()))
        .isEqualTo(ledger);
  }

  private static Job first(TenantLedger ledger) {
    return Objects.requireNonNull(ledger.job(1));
  }

  private TenantLedger ended() {
    return queued
        .apply(placed())
        .apply(new TaskEnded(1, 0, new Exit(Exit.Kind.EXITED, 0), 8))
        .apply(new Ended(1, JobState.COMPLETED, 0, 8));
  }

  private static Placed placed() {
    Part part =
        new Part(0, N1, 1, new Grant(List.of(0, 1, 2, 3), 1000, 1, 1), "a", Optional.empty());
    return new Placed(1, new Placement(negotiation(1), List.of(part), 7), DECISION);
  }
}
