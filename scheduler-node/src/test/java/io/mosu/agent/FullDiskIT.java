// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A task that fills the disk of its agent's notes does not outlive its lease. */
class FullDiskIT {
  private static final int NO_NAMESPACE = 77;

  @TempDir Path folder;

  @ParameterizedTest
  @ValueSource(strings = {"inodes", "blocks"})
  void taskEndsWithItsLease(String what) throws Exception {
    TaskFiles.in(folder.resolve("scripts"), Optional.empty());
    Path script = Path.of(FullDiskIT.class.getResource("full-disk.sh").toURI());
    Process process =
        new ProcessBuilder(
                "unshare",
                "--map-root-user",
                "--mount",
                "sh",
                script.toString(),
                folder.resolve("scripts").toString(),
                folder.toString(),
                what)
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    int code = process.waitFor();
    assumeThat(code == NO_NAMESPACE || said.startsWith("unshare:")).as(said).isFalse();
    assertThat(said.strip().lines())
        .contains("left 0", "stop 0", "guard lives")
        .doesNotContain("full 0");
  }
}
