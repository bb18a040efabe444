// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.util.ArrayList;
import java.util.List;
import java.util.SplittableRandom;
import java.util.zip.GZIPInputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveInputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class WorkdirArchiveTest {
  private static final long MIB = 1 << 20;

  @TempDir Path dir;

  @Test
  void sameFilesGiveTheSameArchive() throws IOException {
    Path one = Files.createDirectories(dir.resolve("one/sub"));
    Path two = Files.createDirectories(dir.resolve("two/sub"));
    Files.writeString(one.resolve("b"), "b");
    Files.writeString(one.resolve("a"), "a");
    Files.writeString(two.resolve("a"), "a");
    Files.writeString(two.resolve("b"), "b");
    Files.setLastModifiedTime(two.resolve("b"), FileTime.fromMillis(0));
    try (WorkdirArchive first = WorkdirArchive.pack(dir.resolve("one"), MIB);
        WorkdirArchive second = WorkdirArchive.pack(dir.resolve("two"), MIB)) {
      assertThat(first.sha256()).isEqualTo(second.sha256()).hasSize(64);
      assertThat(names(first)).containsExactly("sub/", "sub/a", "sub/b");
    }
  }

  @Test
  void whatTheIgnoreFileNamesIsLeftOut() throws IOException {
    Files.createDirectories(dir.resolve("data/raw"));
    Files.createDirectories(dir.resolve(".git"));
    Files.createDirectories(dir.resolve("src/__pycache__"));
    Files.writeString(dir.resolve("data/raw/x.bin"), "x");
    Files.writeString(dir.resolve("src/a.py"), "a");
    Files.writeString(dir.resolve("src/a.pyc"), "a");
    Files.writeString(dir.resolve(IgnoreFile.NAME), "# large\n/data/raw/\n*.pyc\n");
    try (WorkdirArchive archive = WorkdirArchive.pack(dir, MIB)) {
      assertThat(names(archive)).containsExactly(".mosuignore", "data/", "src/", "src/a.py");
    }
  }

  @Test
  void linksInsideAreKeptAndLinksOutRefused() throws IOException {
    Files.writeString(dir.resolve("a"), "a");
    Files.createSymbolicLink(dir.resolve("b"), Path.of("a"));
    WorkdirArchive.pack(dir, MIB).close();
    Files.createSymbolicLink(dir.resolve("c"), Path.of("/etc/passwd"));
    assertThatThrownBy(() -> WorkdirArchive.pack(dir, MIB))
        .hasMessageContaining("c is a link out of the directory");
  }

  @Test
  void whatIsTooLargeIsRefusedWhileItIsPacked() throws IOException {
    byte[] noise = new byte[1 << 16];
    new SplittableRandom(1).nextBytes(noise);
    Files.write(dir.resolve("noise"), noise);
    assertThatThrownBy(() -> WorkdirArchive.pack(dir, 1_000)).hasMessageContaining("MiB");
  }

  @Test
  void patternsAreThoseOfGit() {
    IgnoreFile ignored = IgnoreFile.of(List.of("*.o", "build/", "/top", "a/**/z", "q?"));
    assertThat(ignored.matches("x/y.o", false)).isTrue();
    assertThat(ignored.matches("x/build", true)).isTrue();
    assertThat(ignored.matches("build", false)).isFalse();
    assertThat(ignored.matches("top", false)).isTrue();
    assertThat(ignored.matches("x/top", false)).isFalse();
    assertThat(ignored.matches("a/b/c/z", false)).isTrue();
    assertThat(ignored.matches("a/z", false)).isTrue();
    assertThat(ignored.matches("qr", false)).isTrue();
    assertThatThrownBy(() -> IgnoreFile.of(List.of("!keep"))).hasMessageContaining("!keep");
  }

  private static List<String> names(WorkdirArchive archive) throws IOException {
    List<String> names = new ArrayList<>();
    try (TarArchiveInputStream tar =
        new TarArchiveInputStream(new GZIPInputStream(Files.newInputStream(archive.file())))) {
      for (var entry = tar.getNextEntry(); entry != null; entry = tar.getNextEntry()) {
        names.add(entry.getName());
        assertThat(entry.getLastModifiedDate()).hasTime(0);
      }
    }
    return names;
  }
}
