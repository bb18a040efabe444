// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static io.mosu.scheduler.metering.WrittenJournal.part;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.Quota;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.tenant.JobState;
import io.mosu.scheduler.tenant.TenantEvent;
import org.junit.jupiter.api.Test;

class JournalCheckTest {

  private static final long LONG_MS = 3_600_000;

  private static WrittenJournal placedGang() {
    return new WrittenJournal()
        .node("n-1")
        .node("n-2")
        .tenant("acme")
        .submit("acme", 1, 2)
        .lease("n-1", "acme-1", 0, 1, 0, "g")
        .lease("n-2", "acme-1", 1, 1, 1, "g")
        .place("acme", 1, "g", part(0, "n-1", 1, 0), part(1, "n-2", 1, 1));
  }

  private static void breaks(WrittenJournal journal, Rule rule, String detail) {
    JournalReport report = journal.report();
    assertThat(report.violations()).extracting(Violation::rule).contains(rule);
    assertThat(report.table()).contains(detail).endsWith("violations: " + report.violationCount());
    assertThat(report.ok()).isFalse();
  }

  @Test
  void aPlacedGangBreaksNothing() {
    JournalReport report = placedGang().report();
    assertThat(report.violations()).isEmpty();
    assertThat(report.settled()).isTrue();
    assertThat(report.jobs()).isEqualTo(1);
    assertThat(report.leases()).isEqualTo(2);
    assertThat(report.invitedMax()).isEqualTo(4);
    assertThat(report.table()).endsWith("violations: 0");
  }

  @Test
  void aWholeLifeBreaksNothing() {
    JournalReport report =
        placedGang()
            .taskEnded("acme", 1, 0)
            .taskEnded("acme", 1, 1)
            .ended("acme", 1)
            .release("n-1", "g", 1)
            .release("n-2", "g", 1)
            .tenant("acme", new TenantEvent.EpochClaimed(2))
            .report();
    assertThat(report.violations()).isEmpty();
    assertThat(report.endedJobs()).isEqualTo(1);
    assertThat(report.leases()).isZero();
    assertThat(report.leasesGranted()).isEqualTo(2);
  }

  @Test
  void aDeviceLeasedTwiceIsCaught() {
    breaks(
        placedGang().submit("acme", 2, 1).lease("n-1", "acme-2", 0, 2, 0, "h"),
        Rule.REPLAYS,
        "over-leased");
  }

  @Test
  void aTokenThatDoesNotRiseIsCaught() {
    breaks(
        placedGang().submit("acme", 2, 1).lease("n-1", "acme-2", 0, 1, 1, "h"),
        Rule.REPLAYS,
        "after token 1");
  }

  @Test
  void anEpochThatIsTakenTwiceIsCaught() {
    breaks(
        placedGang().node("n-1", new NodeEvent.EpochClaimed(1)), Rule.REPLAYS, "epoch 1 after 1");
  }

  @Test
  void anEpochThatIsLeftOutIsCaught() {
    breaks(
        placedGang().tenant("acme", new TenantEvent.EpochClaimed(3)),
        Rule.EPOCHS,
        "epoch 3 after 1");
  }

  @Test
  void aMissingRowIsCaught() {
    breaks(placedGang().without("Node|n-1", 1), Rule.CONTIGUOUS, "3 after 1");
  }

  @Test
  void anUnreadableRowIsCaught() {
    breaks(placedGang().unreadable("Node|n-1"), Rule.READABLE, "row 4");
  }

  @Test
  void aLeaseOfAJobThatWasNeverSubmittedIsCaught() {
    breaks(
        placedGang().lease("n-1", "acme-2", 0, 2, 1, "h"),
        Rule.LEASE_HAS_JOB,
        "was never submitted");
  }

  @Test
  void anOldLeaseOfAJobThatIsNotPlacedThereIsCaught() {
    breaks(
        placedGang()
            .submit("acme", 2, 1)
            .lease("n-1", "acme-2", 0, 2, 1, "h")
            .later(LONG_MS)
            .submit("acme", 3, 1),
        Rule.LEASE_HAS_JOB,
        "is not placed there");
  }

  @Test
  void aYoungLeaseIsProvisional() {
    JournalReport report =
        placedGang().submit("acme", 2, 1).lease("n-1", "acme-2", 0, 2, 1, "h").report();
    assertThat(report.violations()).isEmpty();
    assertThat(report.provisional()).isEqualTo(1);
    assertThat(report.settled()).isFalse();
  }

  @Test
  void aLeaseUnderAnotherTokenThanPlacedIsCaught() {
    breaks(
        placedGang()
            .submit("acme", 2, 1)
            .lease("n-1", "acme-2", 0, 2, 1, "h")
            .place("acme", 2, "h", part(0, "n-1", 3, 1)),
        Rule.LEASE_HAS_JOB,
        "with other terms");
  }

  @Test
  void aTaskWithoutItsLeaseIsCaught() {
    breaks(
        placedGang().release("n-2", "g", 1),
        Rule.TASK_HAS_LEASE,
        "task 1 of job acme-1 on node n-2");
  }

  @Test
  void aLeaseWhoseTaskHasEndedIsEnding() {
    JournalReport report = placedGang().taskEnded("acme", 1, 0).report();
    assertThat(report.violations()).isEmpty();
    assertThat(report.ending()).isEqualTo(1);
  }

  @Test
  void halfAGangIsCaught() {
    breaks(
        new WrittenJournal()
            .node("n-1")
            .tenant("acme")
            .submit("acme", 1, 2)
            .lease("n-1", "acme-1", 0, 1, 0, "g")
            .place("acme", 1, "g", part(0, "n-1", 1, 0)),
        Rule.GANG_WHOLE,
        "job acme-1 of 2 tasks");
  }

  @Test
  void aSecondPlacementOfARunningJobIsCaught() {
    breaks(
        placedGang().place("acme", 1, "h", part(0, "n-1", 1, 0), part(1, "n-2", 1, 1)),
        Rule.RUNS_ONCE,
        "placed while PLACED");
  }

  @Test
  void aRestartBeforeTheEndIsCaught() {
    breaks(
        placedGang().taskEnded("acme", 1, 0).tenant("acme", new TenantEvent.Requeued(1, true, 0)),
        Rule.RUNS_ONCE,
        "restarted while a task of it may run");
  }

  @Test
  void aSecondEndOfAJobIsCaught() {
    breaks(
        placedGang()
            .taskEnded("acme", 1, 0)
            .taskEnded("acme", 1, 1)
            .ended("acme", 1)
            .ended("acme", 1),
        Rule.REPLAYS,
        "no active job 1");
  }

  @Test
  void aSecondEndOfATaskIsCaught() {
    breaks(
        placedGang()
            .taskEnded("acme", 1, 0)
            .tenant("acme", new TenantEvent.TaskEnded(1, 0, new Exit(Exit.Kind.STOPPED, 0), 5)),
        Rule.RUNS_ONCE,
        "task 0 of job acme-1 ended twice");
  }

  @Test
  void jobsThatAreNotFoldedAnyMoreAreCaught() {
    WrittenJournal journal = placedGang().ended("acme", 7).submit("acme", 2, 1);
    breaks(journal, Rule.JOBS_KEPT, "2 submitted, 1 active, 0 ended");
    JournalCheck check = journal.check();
    assertThat(check.key(JobId.parse("acme-2").orElseThrow())).isEmpty();
    assertThat(check.key(JobId.parse("acme-3").orElseThrow())).isNull();
  }

  @Test
  void numberThatIsGivenTwiceIsCaught() {
    breaks(placedGang().submit("acme", 1, 1), Rule.JOBS_KEPT, "2 submitted, 1 active");
  }

  @Test
  void howAJobEndedIsKnown() {
    JournalCheck check =
        placedGang()
            .taskEnded("acme", 1, 0)
            .taskEnded("acme", 1, 1)
            .ended("acme", 1)
            .submit("acme", 2, 1)
            .check();
    assertThat(check.state(JobId.parse("acme-1").orElseThrow())).isEqualTo(JobState.COMPLETED);
    assertThat(check.state(JobId.parse("acme-2").orElseThrow())).isEqualTo(JobState.QUEUED);
    assertThat(check.granted("n-2", 1))
        .satisfies(granted -> assertThat(granted.end()).contains(Exit.Kind.EXITED));
    assertThat(check.granted("n-2", 2)).isNull();
  }

  @Test
  void aPlacementBeyondTheLimitIsCaught() {
    breaks(limited(1_999), Rule.WITHIN_LIMIT, "job 1 brings it to 2000 GPU milli of 1999");
    assertThat(limited(2_000).report().violations()).isEmpty();
  }

  @Test
  void limitThatIsSetBelowWhatIsInUseAllowsNoMore() {
    WrittenJournal lowered = limited(4_000).tenant("acme", quota(1_000));
    assertThat(lowered.report().violations()).isEmpty();
    breaks(
        lowered
            .submit("acme", 2, 1)
            .lease("n-1", "acme-2", 0, 2, 1, "h")
            .place("acme", 2, "h", part(0, "n-1", 2, 1)),
        Rule.WITHIN_LIMIT,
        "job 2 brings it to 3000");
  }

  private static WrittenJournal limited(long limitMilli) {
    return new WrittenJournal()
        .node("n-1")
        .node("n-2")
        .tenant("acme")
        .tenant("acme", quota(limitMilli))
        .submit("acme", 1, 2)
        .lease("n-1", "acme-1", 0, 1, 0, "g")
        .lease("n-2", "acme-1", 1, 1, 1, "g")
        .place("acme", 1, "g", part(0, "n-1", 1, 0), part(1, "n-2", 1, 1));
  }

  private static TenantEvent quota(long limitMilli) {
    return new TenantEvent.QuotaSet(new Quota(0, limitMilli, 1), 1);
  }

  @Test
  void anEmptyJournalIsNotInOrder() {
    JournalReport report = new WrittenJournal().report();
    assertThat(report.ok()).isFalse();
    assertThat(report.table()).contains("the journal is empty").endsWith("violations: 0");
  }

  @Test
  void rowsOfOthersAreOnlyCounted() {
    JournalReport report = placedGang().unreadable("/sharding/NodeShard/7").report();
    assertThat(report.violations()).isEmpty();
    assertThat(report.otherRows()).isEqualTo(1);
  }
}
