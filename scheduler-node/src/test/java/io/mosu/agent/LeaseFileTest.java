// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LeaseFileTest {
  private static final String BOOT = "6d1a8f3e-0000-4000-8000-000000000001";

  @TempDir Path dir;

  @Test
  void aLaterLeaseTakesThePlaceOfTheEarlier() throws Exception {
    Path file = dir.resolve("gpu-1");
    LeaseFile.write(file, 123_456_789, BOOT, 500);
    Object inode = Files.getAttribute(file, "unix:ino");
    long size = Files.size(file);

    LeaseFile.write(file, 7, BOOT, 0);

    assertThat(LeaseFile.untilTickMs(file, BOOT)).isEqualTo(7);
    assertThat(Files.size(file)).isEqualTo(size);
    assertThat(Files.getAttribute(file, "unix:ino")).isEqualTo(inode);
  }

  @Test
  void anOlderAgentsFileIsReplaced() throws Exception {
    Path file = dir.resolve("gpu-1");
    Files.writeString(file, "5 " + BOOT + " 500\n");

    LeaseFile.write(file, 9, BOOT, 500);

    assertThat(LeaseFile.untilTickMs(file, BOOT)).isEqualTo(9);
    assertThat(Files.readAllLines(file)).hasSize(1);
  }

  @Test
  void ofAnotherBootItMeansNothing() throws Exception {
    Path file = dir.resolve("gpu-1");
    assertThat(LeaseFile.untilTickMs(file, BOOT)).isZero();
    LeaseFile.write(file, 9, "another", 500);
    assertThat(LeaseFile.untilTickMs(file, BOOT)).isZero();
  }
}
