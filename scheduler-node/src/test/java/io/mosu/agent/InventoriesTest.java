// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InventoriesTest {
  private static final NodeId NODE = new NodeId("host-1");
  private static final Inventory LIKE =
      new Inventory("aurora", "east", "10.0.0.1", 0, 0, List.of(), false);

  @TempDir Path directory;

  @Test
  void simulatedDevicesAreCountedAndNamedByTheirNode() {
    assertThat(Inventories.simulated("2xH100:81559", NODE))
        .containsExactly(
            new Device(0, "H100", 81_559, "SIM-host-1-0"),
            new Device(1, "H100", 81_559, "SIM-host-1-1"));
    assertThatThrownBy(() -> Inventories.simulated("H100", NODE))
        .hasMessageContaining("COUNTxMODEL");
  }

  @Test
  void everyRowOfATableIsANode() throws IOException {
    String table = "sn,cpu_milli,memory_mib,gpu,model\nn-0,64000,262144,2,P100\nn-1,32000,8,0,\n";
    Path packed = directory.resolve("nodes.csv.gz");
    try (OutputStream bytes = new GZIPOutputStream(Files.newOutputStream(packed))) {
      bytes.write(table.getBytes(StandardCharsets.UTF_8));
    }
    List<HostPlan> plans = Inventories.ofTable(packed, LIKE);
    assertThat(plans).extracting(plan -> plan.node().value()).containsExactly("n-0", "n-1");
    Inventory first = plans.get(0).inventory();
    assertThat(first.cpuMilli()).isEqualTo(64_000);
    assertThat(first.model()).isEqualTo("P100");
    assertThat(first.devices()).hasSize(2);
    assertThat(first.supplier()).isEqualTo("aurora");
    assertThat(plans.get(1).inventory().devices()).isEmpty();
  }

  @Test
  void tableWithoutItsColumnsIsRefused() throws IOException {
    Path table = directory.resolve("nodes.csv");
    Files.writeString(table, "name,model\nn-0,H100\n");
    assertThatThrownBy(() -> Inventories.ofTable(table, LIKE))
        .hasMessageContaining("no column gpu");
  }
}
