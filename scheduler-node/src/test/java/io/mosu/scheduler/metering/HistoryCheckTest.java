// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.metering.Violation.Rule;
import io.mosu.scheduler.tenant.JobState;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HistoryCheckTest {
  private static final Map<Long, JobState> STATES =
      Map.of(1L, JobState.COMPLETED, 2L, JobState.PLACED, 3L, JobState.FAILED);

  @TempDir Path directory;

  private final HistoryCheck check = new HistoryCheck();

  @Test
  void whatIsKnownBreaksNothing() throws IOException {
    assertThat(
            violations(
                "acme-1",
                "acme-2 12.5 201",
                "acme-1 COMPLETED",
                "acme-3 FAILED",
                "- 3 503",
                "#",
                ""))
        .isEmpty();
    assertThat(check.lines()).isEqualTo(4);
  }

  @Test
  void whatWasAcceptedAndIsUnknownIsNamed() throws IOException {
    assertThat(violations("acme-4", "globex-1", "nonsense"))
        .extracting(Violation::rule)
        .containsExactly(Rule.ACKNOWLEDGED, Rule.ACKNOWLEDGED, Rule.ACKNOWLEDGED);
  }

  @Test
  void submissionThatWasAcceptedAgainByItsKeyBreaksNothing() throws IOException {
    assertThat(violations("acme-3 key=k3 1.5 201", "acme-3 2.5 200 key=k3", "acme-3 FAILED"))
        .isEmpty();
  }

  @Test
  void numberThatWasGivenAgainIsNamed() throws IOException {
    assertThat(violations("acme-1 12.5 201", "acme-1 13.5 201", "acme-3 key=k3", "acme-3 key=k4"))
        .extracting(Violation::toString)
        .hasSize(2)
        .allMatch(text -> text.contains("was given to two submissions"));
  }

  @Test
  void jobOfAnotherKeyThanWasAcceptedIsNamed() throws IOException {
    assertThat(violations("acme-3 key=other"))
        .extracting(Violation::rule)
        .containsExactly(Rule.ACKNOWLEDGED);
  }

  @Test
  void endThatChangedIsNamed() throws IOException {
    assertThat(violations("acme-1 FAILED", "acme-2 CANCELLED"))
        .extracting(Violation::rule)
        .containsExactly(Rule.ENDED_ONCE, Rule.ENDED_ONCE);
  }

  private List<Violation> violations(String... lines) throws IOException {
    Path file = directory.resolve("history");
    Files.write(file, List.of(lines));
    check.read(file);
    return check.check(
        job ->
            job.tenant().value().equals("acme") && job.number() <= 3
                ? Optional.of(job.number() == 3 ? "k3" : "")
                : Optional.empty(),
        job -> Optional.ofNullable(STATES.get(job.number())));
  }
}
