// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEvent;
import io.mosu.scheduler.node.NodeLedger;
import io.mosu.scheduler.tenant.TenantEvent;
import io.mosu.scheduler.tenant.TenantLedger;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What was journaled once is read for ever: the bytes in {@code journal/} are those of a release.
 * {@code -Dgolden=rewrite} writes them anew, which is right only for a record that is new.
 */
class JournalGoldenTest {

  private static final Path FOLDER = Path.of("src/test/resources/journal");

  static Stream<Golden> goldens() {
    return Golden.ALL.stream();
  }

  @BeforeAll
  static void rewrite() throws IOException {
    if ("rewrite".equals(System.getProperty("golden"))) {
      Files.createDirectories(FOLDER);
      for (Golden golden : Golden.ALL) {
        Files.write(file(golden), BindingTable.PLAIN.write(golden.record()));
      }
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goldens")
  void oldBytesAreTheRecordTheyWere(Golden golden) throws IOException {
    byte[] journaled = Files.readAllBytes(file(golden));
    assertThat(BindingTable.PLAIN.binding(golden.manifest()).orElseThrow().read(journaled))
        .isEqualTo(golden.record());
    assertThat(BindingTable.PLAIN.write(golden.record())).isEqualTo(journaled);
    assertThat(BindingTable.PLAIN.manifest(golden.record())).isEqualTo(golden.manifest());
  }

  @Test
  void everyJournaledRecordHasItsBytes() {
    Set<Class<?>> journaled =
        Stream.of(
                Stream.of(NodeEvent.class.getPermittedSubclasses()),
                Stream.of(TenantEvent.class.getPermittedSubclasses()),
                Stream.of(NodeLedger.class, TenantLedger.class))
            .flatMap(classes -> classes)
            .collect(Collectors.toSet());
    assertThat(Golden.ALL.stream().map(Golden::record).map(Wire::getClass).toList())
        .containsAll(journaled.stream().map(type -> type.<Wire>asSubclass(Wire.class)).toList());
  }

  @Test
  void everyFileIsChecked() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      assertThat(files).hasSameElementsAs(goldens().map(JournalGoldenTest::file).toList());
    }
  }

  private static Path file(Golden golden) {
    return FOLDER.resolve(golden.name() + ".bin");
  }
}
