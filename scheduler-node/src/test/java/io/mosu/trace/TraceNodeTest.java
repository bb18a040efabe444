// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.scheduler.model.Inventory;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceNodeTest {
  @TempDir private Path dir;

  @Test
  void packedTableOfOpenb() throws IOException {
    Path packed = dir.resolve("nodes.csv.gz");
    try (OutputStream out = new GZIPOutputStream(Files.newOutputStream(packed))) {
      out.write(
          "sn,cpu_milli,memory_mib,gpu,model\nn1,64000,262144,2,P100\nn2,8000,1024,0,\n"
              .getBytes(StandardCharsets.UTF_8));
    }
    List<TraceNode> nodes = TraceNode.read(packed);
    assertThat(nodes).extracting(node -> node.id().value()).containsExactly("n1", "n2");
    Inventory first = nodes.get(0).inventory();
    assertThat(first.cpuMilli()).isEqualTo(64_000);
    assertThat(first.memoryMib()).isEqualTo(262_144);
    assertThat(first.devices()).hasSize(2);
    assertThat(first.model()).isEqualTo("P100");
    assertThat(nodes.get(1).inventory().devices()).isEmpty();
  }

  @Test
  void coresInsteadOfThousandths() throws IOException {
    Inventory node = read("node,gpu_model,gpus,cpus\n0,G1,4,192\n").get(0).inventory();
    assertThat(node.cpuMilli()).isEqualTo(192_000);
    assertThat(node.memoryMib()).isEqualTo(4 * 131_072);
  }

  @Test
  void nodesOfTenants() throws IOException {
    List<TraceNode> nodes = read("tenant,nodes_of_8_gpus\nvc1,2\nvc2,1\n");
    assertThat(nodes)
        .extracting(node -> node.id().value())
        .containsExactly("vc1-0000", "vc1-0001", "vc2-0000");
    assertThat(nodes).allMatch(node -> node.inventory().devices().size() == 8);
    assertThat(nodes).extracting(TraceNode::tenant).containsExactly("vc1", "vc1", "vc2");
  }

  @Test
  void whatIsWrongIsSaidWithItsLine() {
    assertThatThrownBy(() -> read("sn,gpu\nn1,1\nn1,1\n"))
        .hasMessageContaining("nodes.csv line 3: a second node n1");
    assertThatThrownBy(() -> read("sn,gpu\nn1,65\n")).hasMessageContaining("at most 64");
    assertThatThrownBy(() -> read("sn,gpu\n,1\n")).hasMessageContaining("no name of a node");
    assertThatThrownBy(() -> read("sn,model\nn1,T4\n")).hasMessageContaining("no column gpu");
    assertThatThrownBy(() -> read("date,vc1,total\n2020-04-01,8,8\n"))
        .hasMessageContaining("is no table of nodes: no column sn or node");
    assertThatThrownBy(() -> read("sn,gpu\n")).hasMessageContaining("has no nodes");
  }

  private List<TraceNode> read(String table) throws IOException {
    Path file = dir.resolve("nodes.csv");
    Files.writeString(file, table);
    return TraceNode.read(file);
  }
}
