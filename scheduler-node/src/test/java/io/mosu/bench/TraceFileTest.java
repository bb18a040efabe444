// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.TreeSet;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class TraceFileTest {

  @TempDir Path folder;

  private Path file(String name, String text) throws IOException {
    Path file = folder.resolve(name);
    try (OutputStream plain = Files.newOutputStream(file);
        OutputStream out = name.endsWith(".gz") ? new GZIPOutputStream(plain) : plain) {
      out.write(text.getBytes(StandardCharsets.UTF_8));
    }
    return file;
  }

  @Test
  void wholeSharedAndCpuPodsAreToldApart() throws IOException {
    Path file =
        file(
            "pods.csv.gz",
            """
            name,cpu_milli,memory_mib,num_gpu,gpu_milli,gpu_spec,qos
            a,12000,16384,8,1000,V100M16|V100M32|V100M32,LS
            b,6908,12288,1,460,,LS
            c,50,0,0,0,,BE
            """);
    List<Specs.Ask> pods = TraceFile.pods(file);
    assertThat(pods)
        .containsExactly(
            new Specs.Ask(8, 0, new TreeSet<>(List.of("V100M16", "V100M32")), 12_000, 16_384),
            new Specs.Ask(0, 460, new TreeSet<>(), 6_908, 12_288),
            new Specs.Ask(0, 0, List.of(), 100, 1));
    assertThat(pods).extracting(Specs.Ask::kind).containsExactly("whole", "shared", "cpu");
  }

  @Test
  void fiveColumnsAreEnough() throws IOException {
    Path file =
        file("pods.csv", "name,cpu_milli,memory_mib,num_gpu,gpu_milli\na,12000,16384,1,1000\n");
    assertThat(TraceFile.pods(file))
        .containsExactly(new Specs.Ask(1, 0, new TreeSet<>(), 12_000, 16_384));
    assertThat(TraceFile.count(file)).isEqualTo(1);
  }

  @Test
  void aFileOfAnotherFormIsRefusedByItsColumns() throws IOException {
    Path file = file("nodes.csv", "sn,cpu_milli,memory_mib,gpu,model\nn,64000,262144,2,P100\n");
    assertThatThrownBy(() -> TraceFile.pods(file)).hasMessageContaining("num_gpu");
  }

  @Test
  void aSpecHasOnlyWhatIsAsked() {
    assertThat(
            Specs.job(
                "j", "t", 1, new Specs.Ask(0, 460, List.of(), 6_908, 12_288), List.of("true")))
        .isEqualTo(
            "{\"name\":\"j\",\"tenant\":\"t\",\"nodes\":1,\"gpuMilli\":460,\"cpus\":6.908,"
                + "\"memoryMib\":12288,\"command\":[\"true\"]}");
  }
}
