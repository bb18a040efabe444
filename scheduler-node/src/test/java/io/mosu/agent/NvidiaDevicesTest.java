// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A tool that is a script: what it answers, how it fails. */
class NvidiaDevicesTest {
  private static final Path RECORDED = Path.of("src/test/resources/nvidia-smi").toAbsolutePath();

  @TempDir Path directory;

  @Test
  void theToolIsAskedForItsXmlAndItsListing() throws IOException {
    Path tool =
        tool(
            "case $1 in -q) cat %1$s/a100-mig.xml ;; -L) cat %1$s/a100-mig.list ;; esac"
                .formatted(RECORDED));
    assertThat(new NvidiaDevices(tool).devices())
        .extracting(Device::model)
        .containsExactly("A100-3g.20gb", "A100-2g.10gb", "A100-1g.5gb", "A100");
  }

  @Test
  void aToolThatFailsSaysWhy() throws IOException {
    Path tool = tool("echo 'Failed to initialize NVML: Driver/library version mismatch'; exit 18");
    assertThatThrownBy(() -> new NvidiaDevices(tool).devices())
        .hasMessageContaining("code 18")
        .hasMessageContaining("version mismatch");
  }

  @Test
  void aHostWithoutDevicesIsNoError() throws IOException {
    Path tool = tool("echo 'No devices were found'; exit 6");
    assertThat(new NvidiaDevices(tool).devices()).isEqualTo(List.of());
  }

  @Test
  void aToolThatHangsIsGivenUp() throws IOException {
    Path tool = tool("sleep 600");
    assertThatThrownBy(() -> new NvidiaDevices(tool, 200).devices())
        .hasMessageContaining("within 200 ms");
  }

  private Path tool(String script) throws IOException {
    Path tool = directory.resolve("nvidia-smi");
    Files.writeString(tool, "#!/bin/sh\n" + script + "\n");
    if (!tool.toFile().setExecutable(true)) {
      throw new IOException("cannot make " + tool + " executable");
    }
    return tool;
  }
}
