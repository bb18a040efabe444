// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.tenant;

import static io.mosu.testing.Specimens.TRAIN;
import static io.mosu.testing.Specimens.gpus;
import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.JobSpec;
import io.mosu.scheduler.model.NegotiationId;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What each way of a task to end means for a job that has a retry left. */
class TaskEndTest {
  private final TenantUnderTest tenant = new TenantUnderTest();

  @ParameterizedTest
  @CsvSource({"SIGNALED, 139", "OUT_OF_MEMORY, 137", "EXITED, 3"})
  void failureOfItsOwnSpendsARetry(Exit.Kind kind, int code) {
    end(1, kind, code);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    assertThat(tenant.job(1).failures()).isEqualTo(1);
    assertThat(tenant.job(1).losses()).isZero();
  }

  @ParameterizedTest
  @EnumSource(names = {"LOST", "FENCED", "PREEMPTED"})
  void hostsFaultSpendsNone(Exit.Kind kind) {
    end(1, kind, 137);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.QUEUED);
    assertThat(tenant.job(1).failures()).isZero();
    assertThat(tenant.job(1).losses()).isEqualTo(1);
  }

  @Test
  void jobOverItsTimeLimitIsNotTriedAgain() {
    end(1, Exit.Kind.TIME_LIMIT, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(124);
  }

  @Test
  void jobWithoutItsFilesIsNotTriedAgain() {
    end(1, Exit.Kind.NO_WORKDIR, 0);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(1);
  }

  @Test
  void signalWithoutARetryIsTheJobsExitCode() {
    end(0, Exit.Kind.SIGNALED, 143);
    assertThat(tenant.job(1).state()).isEqualTo(JobState.FAILED);
    assertThat(tenant.job(1).exitCode()).isEqualTo(143);
  }

  private void end(int retries, Exit.Kind kind, int code) {
    tenant.node("n1", 8);
    NegotiationId placed =
        tenant.place(new JobSpec("job", "p", 1, gpus(8), 0, retries, TRAIN), "n1");
    tenant.ended(placed, "n1", 1, kind, code);
  }
}
