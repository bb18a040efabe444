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
    assertThat(new NvidiaDevices(tool).devices())
        .as("a tool that says nothing of places")
        .extracting(Device::island)
        .containsOnly(Device.UNKNOWN);
  }

  @Test
  void partitionsThatGoBetweenItsTwoAnswersAreAFailureOfTheTool() throws IOException {
    Path tool = tool("case $1 in -q) cat %s/a100-mig.xml ;; esac".formatted(RECORDED));
    assertThatThrownBy(() -> new NvidiaDevices(tool).ask())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nvidia-smi -L does not name MIG device");
  }

  @Test
  void partitionsAreWhereTheirCardIs() throws IOException {
    Path tool =
        tool(
            ("case $1 in -q) cat %1$s/a100-mig.xml ;; -L) cat %1$s/a100-mig.list ;;"
                    + " topo) printf '\\tGPU0\\tGPU1\\tCPU Affinity\\tNUMA Affinity\\n"
                    + "GPU0\\t X \\tSYS\\t0-3\\t0\\nGPU1\\tSYS\\t X \\t4-7\\t1\\n' ;; esac")
                .formatted(RECORDED));
    List<Device> devices = new NvidiaDevices(tool).devices();
    assertThat(devices).extracting(Device::island).containsExactly(0, 0, 0, 1);
    assertThat(devices).extracting(Device::numa).containsExactly(0, 0, 0, 1);
  }

  @Test
  void toolThatFailsAtPlacesHasDevicesAllTheSame() throws IOException {
    Path tool = tool("case $1 in -q) cat %s/h100x8.xml ;; *) exit 3 ;; esac".formatted(RECORDED));
    assertThat(new NvidiaDevices(tool).devices())
        .hasSize(8)
        .extracting(Device::numa)
        .containsOnly(Device.UNKNOWN);
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
