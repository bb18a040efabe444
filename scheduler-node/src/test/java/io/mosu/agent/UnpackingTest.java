// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.Optional;
import java.util.SplittableRandom;
import java.util.zip.GZIPOutputStream;
import org.apache.commons.compress.archivers.tar.TarArchiveEntry;
import org.apache.commons.compress.archivers.tar.TarArchiveOutputStream;
import org.apache.commons.compress.archivers.tar.TarConstants;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class UnpackingTest {
  @TempDir Path dir;
  private Path root;
  private Path archive;

  /** Writes entries into an archive. */
  private interface Entries {
    void write(TarArchiveOutputStream tar) throws IOException;
  }

  @BeforeEach
  void layOut() throws IOException {
    root = Files.createDirectory(dir.resolve("work"));
    archive = dir.resolve("a.tar.gz");
  }

  @Test
  void filesProgramsDirectoriesAndLinksInsideAreMade() throws IOException {
    pack(
        tar -> {
          file(tar, "sub/deep/data", "hi", 0644);
          file(tar, "run.sh", "#!/bin/sh", 0755);
          link(tar, "sub/link", "deep/data");
          link(tar, "sub/up", "../run.sh");
        });
    unpack(1_000);
    assertThat(root.resolve("sub/link")).hasContent("hi");
    assertThat(Files.isExecutable(root.resolve("sub/up"))).isTrue();
    assertThat(Files.isExecutable(root.resolve("sub/deep/data"))).isFalse();
  }

  @ParameterizedTest
  @ValueSource(strings = {"../out", "/out", "a/../../out", "..", "a/../.."})
  void pathOutOfTheDirectoryIsRefused(String name) throws IOException {
    pack(tar -> file(tar, name, "evil", 0644));
    assertUnsafe();
  }

  @ParameterizedTest
  @CsvSource({"l, /etc/passwd", "l, ../out", "a/l, ../../out", "a/l, b/../../../out"})
  void linkOutOfTheDirectoryIsRefused(String name, String target) throws IOException {
    pack(tar -> link(tar, name, target));
    assertUnsafe();
  }

  @Test
  void nothingIsWrittenThroughALink() throws IOException {
    Path outside = Files.createDirectory(dir.resolve("outside"));
    pack(
        tar -> {
          link(tar, "a", "b");
          link(tar, "b", "a");
          file(tar, "a/evil", "evil", 0644);
        });
    assertThatThrownBy(() -> unpack(1_000)).isInstanceOf(IOException.class);
    assertThat(outside).isEmptyDirectory();
    assertThat(Files.isDirectory(root.resolve("a"), LinkOption.NOFOLLOW_LINKS)).isTrue();
  }

  @Test
  void hardLinksAndDevicesAreRefused() throws IOException {
    pack(
        tar -> {
          TarArchiveEntry entry = new TarArchiveEntry("hard", TarConstants.LF_LINK);
          entry.setLinkName("../../etc/passwd");
          tar.putArchiveEntry(entry);
          tar.closeArchiveEntry();
        });
    assertUnsafe();
    pack(
        tar -> {
          tar.putArchiveEntry(new TarArchiveEntry("disk", TarConstants.LF_BLK));
          tar.closeArchiveEntry();
        });
    assertUnsafe();
  }

  @Test
  void bombIsStoppedAtTheLimit() throws IOException {
    pack(tar -> file(tar, "zeros", "\0".repeat(1 << 20), 0644));
    assertThat(Files.size(archive)).isLessThan(10_000);
    assertThatThrownBy(() -> unpack(100_000)).isInstanceOf(Unpacking.Unsafe.class);
  }

  @Test
  void noiseEndsInAnError() throws IOException {
    for (int seed = 0; seed < 50; seed++) {
      pack(tar -> file(tar, "a", "hi", 0644));
      byte[] bytes = Files.readAllBytes(archive);
      SplittableRandom random = new SplittableRandom(seed);
      for (int i = 0; i < 4; i++) {
        bytes[random.nextInt(bytes.length)] = (byte) random.nextInt(256);
      }
      Files.write(archive, bytes);
      Path fresh = Files.createDirectory(dir.resolve("n" + seed));
      try {
        Unpacking.unpack(archive, fresh, Optional.empty(), 1_000);
      } catch (IOException told) {
        assertThat(told).hasNoSuppressedExceptions();
      }
    }
  }

  private void assertUnsafe() {
    assertThatThrownBy(() -> unpack(1_000)).isInstanceOf(Unpacking.Unsafe.class);
    assertThat(root).isEmptyDirectory();
    assertThat(dir.resolve("out")).doesNotExist();
  }

  private void unpack(long bytesMax) throws IOException {
    Unpacking.unpack(archive, root, Optional.empty(), bytesMax);
  }

  private void pack(Entries entries) throws IOException {
    try (TarArchiveOutputStream tar =
        new TarArchiveOutputStream(new GZIPOutputStream(Files.newOutputStream(archive)))) {
      entries.write(tar);
    }
  }

  private static void file(TarArchiveOutputStream tar, String name, String content, int mode)
      throws IOException {
    byte[] bytes = content.getBytes(StandardCharsets.US_ASCII);
    TarArchiveEntry entry = new TarArchiveEntry(name, true);
    entry.setSize(bytes.length);
    entry.setMode(mode);
    tar.putArchiveEntry(entry);
    tar.write(bytes);
    tar.closeArchiveEntry();
  }

  private static void link(TarArchiveOutputStream tar, String name, String target)
      throws IOException {
    TarArchiveEntry entry = new TarArchiveEntry(name, TarConstants.LF_SYMLINK);
    entry.setLinkName(target);
    tar.putArchiveEntry(entry);
    tar.closeArchiveEntry();
  }
}
