// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalFileTest {
  private static final NodeId NODE = new NodeId("host-1");
  private static final Grant GRANT = new Grant(List.of(0, 3), 1_000, 2_000, 512);
  private static final KnownTask LAUNCHED = KnownTask.launched(7, GRANT);

  @TempDir Path directory;

  @Test
  void whatWasKeptIsFoundAtTheNextStart() throws IOException {
    KnownTask ended = KnownTask.launched(8, GRANT).ended(new Exit(Exit.Kind.STOPPED, 143));
    open()
        .append(
            List.of(
                new JournalLine.EpochSeen(NODE, 4),
                new JournalLine.TaskKept(NODE, LAUNCHED),
                new JournalLine.TaskKept(NODE, ended)),
            true);
    HostMemory memory = open().memory(NODE, 5);
    assertThat(memory).isEqualTo(new HostMemory(2, 4, 5, List.of(LAUNCHED, ended)));
    assertThat(open().memory(new NodeId("other"), 0).tasks()).isEmpty();
  }

  @Test
  void halfWrittenLastLineIsLeftOut() throws IOException {
    open().append(List.of(new JournalLine.TaskKept(NODE, LAUNCHED)), true);
    Files.writeString(path(), "0badc0de\ttask\tho", StandardOpenOption.APPEND);
    assertThat(open().memory(NODE, 0).tasks()).containsExactly(LAUNCHED);
  }

  @Test
  void damagedLineWithinIsRefused() throws IOException {
    open().append(List.of(new JournalLine.TaskKept(NODE, LAUNCHED)), true);
    Files.writeString(path(), Files.readString(path()).replaceFirst("started", "startet"));
    assertThatThrownBy(this::open).hasMessageContaining("damaged in line 1");
  }

  @Test
  void oldEndsLeaveTheFileButNotTheRules() throws IOException {
    List<JournalLine> lines = new ArrayList<>();
    long last = ForgottenTasks.MAX + 500L;
    for (long token = 1; token <= last; token++) {
      lines.add(
          new JournalLine.TaskKept(
              NODE,
              KnownTask.launched(token, GRANT).ended(new Exit(Exit.Kind.EXITED, 0)).forgotten()));
    }
    open().append(lines, false);
    List<KnownTask> kept = open().memory(NODE, 0).tasks();
    assertThat(kept).hasSize(ForgottenTasks.MAX + 1);
    assertThat(kept.get(kept.size() - 1).token()).isEqualTo(last);
  }

  @Test
  void fileIsRewrittenOnceItHasGrown() throws IOException {
    JournalFile journal = open();
    long all = 0;
    for (long token = 1; all <= 3 * JournalFile.GROWTH_MAX; token += 5_000) {
      List<JournalLine> lines = new ArrayList<>();
      for (long each = token; each < token + 5_000; each++) {
        KnownTask ended = KnownTask.launched(each, GRANT).ended(new Exit(Exit.Kind.EXITED, 0));
        lines.add(new JournalLine.TaskKept(NODE, ended.forgotten()));
      }
      all += lines.stream().mapToLong(line -> line.encoded().length).sum();
      journal.append(lines, false);
    }
    journal.append(List.of(new JournalLine.TaskKept(NODE, LAUNCHED)), false);
    assertThat(Files.size(path())).isLessThan(2 * JournalFile.GROWTH_MAX);
    assertThat(open().memory(NODE, 0).tasks()).contains(LAUNCHED);
    assertThat(open().memory(NODE, 0).tasks().size()).isBetween(1_000, ForgottenTasks.MAX + 2);
  }

  private JournalFile open() throws IOException {
    return JournalFile.open(path());
  }

  private Path path() {
    return directory.resolve("journal");
  }
}
