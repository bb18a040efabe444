// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.metering;

import static io.mosu.scheduler.metering.WrittenJournal.part;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.metering.Violation.Rule;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ShownCheckTest {
  private static final String ACME =
      "{\"id\":\"acme\",\"queued\":1,\"running\":1,\"ended\":0,\"gpusUsed\":1.0,\"gpusWaiting\":1.0,"
          + "\"gpusGuaranteed\":0.0,\"weight\":1}";
  private static final String TENANTS = "{\"tenants\":[" + ACME + "]}";
  private static final String NODES = "{\"nodes\":[{\"id\":\"n-1\",\"gpus\":2,\"leases\":1}]}";

  @TempDir Path directory;

  @Test
  void whatIsShownAsItIsBreaksNothing() throws IOException {
    assertThat(violations(TENANTS, NODES)).isEmpty();
  }

  @Test
  void sumThatIsNotTheJournalsIsNamed() throws IOException {
    assertThat(
            violations(
                TENANTS.replace("\"running\":1", "\"running\":2"),
                NODES.replace("\"leases\":1", "\"leases\":0")))
        .allMatch(violation -> violation.rule() == Rule.SHOWN)
        .extracting(Violation::detail)
        .containsExactly(
            "acme: running is shown as 2, and is 1.0", "n-1: leases is shown as 0, and is 1.0");
  }

  @Test
  void entityThatIsNotShownIsNamedAndOneThatIsNone() throws IOException {
    assertThat(violations("{\"tenants\":[]}", NODES.replace("n-1", "n-9")))
        .extracting(Violation::detail)
        .containsExactly("acme is not shown", "n-9 is not in the journal", "n-1 is not shown");
  }

  @Test
  void entityThatIsShownTwiceIsNamed() throws IOException {
    assertThat(violations(TENANTS.replace(ACME, ACME + "," + ACME)))
        .extracting(Violation::detail)
        .containsExactly("acme is shown twice");
  }

  @Test
  void answerThatIsNoneIsRefused() {
    assertThatThrownBy(() -> violations("{\"error\":\"unavailable\"}"))
        .isInstanceOf(UncheckedIOException.class);
  }

  private List<Violation> violations(String... answers) throws IOException {
    ShownCheck check = new ShownCheck();
    for (int i = 0; i < answers.length; i++) {
      check.read(Files.writeString(directory.resolve("shown-" + i), answers[i]));
    }
    JournalCheck journal =
        new WrittenJournal()
            .node("n-1")
            .tenant("acme")
            .submit("acme", 1, 1)
            .submit("acme", 2, 1)
            .lease("n-1", "acme-1", 0, 1, 0, "g")
            .place("acme", 1, "g", part(0, "n-1", 1, 0))
            .check();
    return check.check(journal.tenants(), journal.nodes());
  }
}
