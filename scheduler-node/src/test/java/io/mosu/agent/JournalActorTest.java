// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class JournalActorTest {
  private static final NodeId NODE = new NodeId("h-1");
  private static final KnownTask TASK =
      new KnownTask(
          7,
          new Grant(List.of(0), 1_000, 0, 0),
          KnownTask.Stage.ENDED,
          new Exit(Exit.Kind.EXITED, 0));

  private final ActorTestKit kit = ActorTestKit.create();

  @TempDir Path state;

  private Path ledger;
  private Path journal;
  private ActorRef<JournalActor.Command> actor;
  private TestProbe<String> kept;

  @BeforeEach
  void start() throws IOException {
    ledger = state.resolve("ledger.jsonl");
    journal = state.resolve("journal");
    kept = kit.createTestProbe();
    actor =
        kit.spawn(
            JournalActor.create(JournalFile.open(journal), TaskFiles.in(state, Optional.empty())));
  }

  @AfterEach
  void stop() {
    kit.shutdownTestKit();
  }

  @Test
  void lineThatAFullDiskBrokeSpoilsNoOther() throws IOException {
    Files.writeString(ledger, "{\"boot_id\":\"half of a li");
    Deed deed = new Deed(9, Deed.Kind.STOP, TASK, 1, "EXITED 0");
    actor.tell(
        new JournalActor.Keep(NODE, List.of(deed), List.of(), true, () -> kept.ref().tell("")));
    kept.receiveMessage();
    List<String> lines = Files.readAllLines(ledger);
    assertThat(lines).hasSize(2);
    assertThat(lines.get(1)).startsWith("{").contains("\"event\":\"STOP\"").endsWith("}");
  }

  @Test
  void endIsInTheLedgerBeforeTheJournalHasIt() throws IOException {
    Files.createDirectory(ledger); // cannot be written
    long before = Files.size(journal);
    actor.tell(end());
    kept.expectNoMessage(Duration.ofMillis(300));
    assertThat(Files.size(journal)).isEqualTo(before);

    Files.delete(ledger);
    kept.expectMessage(Duration.ofSeconds(10), "kept");
    assertThat(Files.readAllLines(ledger)).singleElement().asString().contains("\"STOP\"");
    assertThat(Files.size(journal)).isGreaterThan(before);
  }

  @Test
  void whatIsKeptAtOnceIsWrittenOnce() throws IOException {
    for (int i = 0; i < 100; i++) {
      actor.tell(end());
    }
    for (int i = 0; i < 100; i++) {
      kept.expectMessage("kept");
    }
    assertThat(Files.readAllLines(ledger)).hasSize(100);
  }

  private JournalActor.Keep end() {
    return new JournalActor.Keep(
        NODE,
        List.of(new Deed(1, Deed.Kind.STOP, TASK, 1, "EXITED 0")),
        List.of(new JournalLine.TaskKept(NODE, TASK)),
        true,
        () -> kept.ref().tell("kept"));
  }
}
