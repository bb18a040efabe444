// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.agent.NvidiaTopology.Place;
import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaTopologyTest {

  @Test
  void switchJoinsAllGpusOfTwoNumaNodes() {
    assertThat(NvidiaTopology.read(text("h100x8.topo")))
        .containsExactlyElementsOf(
            IntStream.range(0, 8).mapToObj(gpu -> new Place(0, gpu / 4)).toList());
  }

  @Test
  void bridgesJoinPairs() {
    assertThat(NvidiaTopology.read(text("a100x4-bridges.topo")))
        .containsExactly(new Place(0, 0), new Place(0, 0), new Place(1, 1), new Place(1, 1));
  }

  @Test
  void meshIsOneIslandAndAnOldDriverTellsNoNumaNode() {
    assertThat(NvidiaTopology.read(text("v100x8-hybrid.topo")))
        .hasSize(8)
        .containsOnly(new Place(0, Device.UNKNOWN));
  }

  @Test
  void recordOfOneCardWithAnUnderlinedHeader() {
    assertThat(NvidiaTopology.read(text("h200.topo"))).containsExactly(new Place(0, 0));
  }

  @Test
  void blanksOfATerminalTellIslands() {
    assertThat(NvidiaTopology.read(text("a100x4-bridges.topo").replace("\t", "    ")))
        .extracting(Place::island)
        .containsExactly(0, 0, 1, 1);
  }

  @ParameterizedTest
  @CsvSource({"0-71,,,1,-1", ",0,,1,0", "0-71,0,,N/A,0", "0-71,0-1,,N/A,0", "0-71,N/A,,1,-1"})
  void emptyCellsMoveNothing(String cores, String near, String gap, String own, int numa) {
    String row =
        Stream.of("GPU0", " X ", cores, near, gap, own)
            .map(cell -> cell == null ? "" : cell)
            .collect(Collectors.joining("\t"));
    String text = "\tGPU0\tCPU Affinity\tNUMA Affinity\tGPU NUMA ID\n" + row + "\n";
    assertThat(NvidiaTopology.read(text)).containsExactly(new Place(0, numa));
  }

  @Test
  void warningBeforeTheMatrixHidesNothing() {
    assertThat(NvidiaTopology.read("WARNING: GPU0 needs a reset\n" + text("h100x8.topo")))
        .isEqualTo(NvidiaTopology.read(text("h100x8.topo")));
  }

  @Test
  void matrixOfOtherCardsTellsNothing() {
    assertThat(
            NvidiaDevices.devices(
                NvidiaSmi.gpus(text("h100x8.xml")),
                "",
                NvidiaTopology.read(text("a100x4-bridges.topo"))))
        .extracting(Device::island)
        .containsOnly(Device.UNKNOWN);
  }

  @Test
  void cardsWithoutLinksAreIslandsOfTheirOwn() {
    String text = "\tGPU0\tGPU1\tCPU Affinity\nGPU0\t X \tSYS\t0-3\nGPU1\tSYS\t X \t0-3\n";
    assertThat(NvidiaTopology.read(text))
        .containsExactly(new Place(0, Device.UNKNOWN), new Place(1, Device.UNKNOWN));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "Failed to run topology matrix",
        "\tGPU0\tGPU1\nGPU0\t X \tNV4\n",
        "\tGPU0\nGPU7\t X \n"
      })
  void whatIsNoMatrixTellsNothing(String text) {
    assertThat(NvidiaTopology.read(text)).isEmpty();
  }

  @Test
  void devicesAreWhereTheirCardsAre() {
    List<Device> devices =
        NvidiaDevices.devices(
            NvidiaSmi.gpus(text("h100x8.xml")), "", NvidiaTopology.read(text("h100x8.topo")));
    assertThat(devices).extracting(Device::island).containsOnly(0);
    assertThat(devices).extracting(Device::numa).containsExactly(0, 0, 0, 0, 1, 1, 1, 1);
  }

  private static String text(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/nvidia-smi", name));
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }
}
