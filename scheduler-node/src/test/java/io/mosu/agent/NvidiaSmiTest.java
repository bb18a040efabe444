// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.agent.NvidiaSmi.Gpu;
import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Objects;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class NvidiaSmiTest {

  @Test
  void eightOfOneKindAreEightDevices() {
    List<Gpu> gpus = gpus("h100x8");
    List<Device> devices = NvidiaDevices.devices(gpus, "");
    assertThat(devices).hasSize(8).allMatch(d -> d.model().equals("H100"));
    assertThat(devices).allMatch(device -> device.memoryMib() == 81_559);
    assertThat(devices).extracting(Device::uuid).doesNotHaveDuplicates();
    assertThat(gpus.get(0).pci()).isEqualTo("0000:1b:00");
    assertThat(gpus).extracting(Gpu::uncorrectable).containsExactly(0L, 0L, 0L, 0L, 0L, 0L, 1L, 0L);
    assertThat(gpus.get(7).remapPending()).isTrue();
    assertThat(gpus.get(0).remapPending()).isFalse();
  }

  @Test
  void partitionsStandInForTheirGpu() {
    List<Device> devices = NvidiaDevices.devices(gpus("a100-mig"), text("a100-mig.list"));
    assertThat(devices)
        .extracting(Device::model)
        .containsExactly("A100-3g.20gb", "A100-2g.10gb", "A100-1g.5gb", "A100");
    assertThat(devices).extracting(Device::memoryMib).containsExactly(20_096, 9_984, 4_864, 40_536);
    assertThat(devices).extracting(Device::index).containsExactly(0, 1, 2, 3);
    assertThat(devices.subList(0, 3)).allMatch(device -> device.uuid().startsWith("MIG-"));
    assertThat(gpus("a100-mig").get(0).uncorrectable()).isEqualTo(1);
  }

  @Test
  void whatTheXmlSaysOfAPartitionNeedsNoListing() {
    List<Device> devices = NvidiaDevices.devices(gpus("h200-mig-named"), "");
    assertThat(devices).extracting(Device::model).containsExactly("H200-1g.18gb");
    assertThat(gpus("h200-mig-named").get(0).pci()).isEqualTo("0000:18:00");
  }

  @Test
  void aPartitionThatNothingNamesIsAClearError() {
    assertThatThrownBy(() -> NvidiaDevices.devices(gpus("a100-mig"), ""))
        .hasMessageContaining("does not name MIG device 0");
  }

  @Test
  void consumerCardSaysNotApplicableAndIsWhole() {
    Gpu gpu = gpus("rtx4090").get(0);
    assertThat(NvidiaDevices.devices(List.of(gpu), ""))
        .extracting(Device::model)
        .containsExactly("RTX-4090");
    assertThat(gpu.uncorrectable()).isZero();
    assertThat(gpu.remapFailed()).isFalse();
  }

  @Test
  void doubleBitErrorsOfOldDriversCount() {
    List<Gpu> gpus = gpus("v100x2-ecc");
    assertThat(gpus).extracting(Gpu::uncorrectable).containsExactly(2L, 0L);
    assertThat(gpus).extracting(gpu -> NvidiaSmi.model(gpu.product())).containsOnly("V100");
  }

  @Test
  void aRowThatCannotBeReplacedIsSeen() {
    Gpu gpu = gpus("l40s").get(0);
    assertThat(gpu.figures().busyPercent()).as("not in this record").isEqualTo(-1);
    assertThat(gpu.remapFailed()).isTrue();
    assertThat(gpu.uncorrectable()).isEqualTo(4);
  }

  @Test
  void h100UnderDriver580IsWholeAndSound() {
    Gpu gpu = gpus("h100-v580").get(0);
    assertThat(NvidiaDevices.devices(List.of(gpu), ""))
        .containsExactly(new Device(0, "H100", 81_559, "GPU-00000000-1111-2222-3333-444444444444"));
    assertThat(gpu.pci()).isEqualTo("0000:00:06");
    assertThat(gpu.uncorrectable()).isZero();
    assertThat(gpu.figures().busyPercent()).isZero();
    assertThat(gpu.figures().temperatureC()).isEqualTo(39);
    assertThat(gpu.figures().powerW()).isEqualTo(78);
  }

  @Test
  void h200UnderDriver580IsWholeAndSound() {
    Gpu gpu = gpus("h200-v580").get(0);
    assertThat(NvidiaDevices.devices(List.of(gpu), ""))
        .containsExactly(
            new Device(0, "H200", 143_771, "GPU-00000000-1111-2222-3333-555555555555"));
    assertThat(gpu.remapFailed() || gpu.remapPending() || gpu.unrepairable()).isFalse();
    assertThat(gpu.uncorrectable()).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "NVIDIA H100 80GB HBM3, H100",
    "NVIDIA H100 PCIe, H100",
    "NVIDIA H100 NVL, H100",
    "NVIDIA H200, H200",
    "NVIDIA GH200 480GB, GH200",
    "NVIDIA A100-PCIE-40GB, A100",
    "NVIDIA A100 80GB PCIe, A100",
    "A100-SXM4-40GB, A100",
    "Tesla T4, T4",
    "Tesla P100-PCIE-16GB, P100",
    "NVIDIA A10G, A10G",
    "NVIDIA RTX A6000, RTX-A6000",
    "NVIDIA RTX 6000 Ada Generation, RTX-6000-Ada",
    "NVIDIA GeForce RTX 2080 Ti, RTX-2080-Ti",
    "Quadro P2000, P2000"
  })
  void modelsAreNamedAsPeopleNameThem(String product, String model) {
    assertThat(NvidiaSmi.model(product)).isEqualTo(model);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "NVIDIA-SMI has failed because it couldn't communicate with the NVIDIA driver.",
        "<?xml version=\"1.0\" ?><nvidia_smi_log><gpu id=\"00000000:01:00.0\">",
        "<html><body>proxy</body></html>"
      })
  void whatIsNoAnswerIsAClearError(String answer) {
    assertThatThrownBy(() -> NvidiaSmi.gpus(answer))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("nvidia-smi -q -x answered");
  }

  @Test
  void aHostWithoutDevicesHasNone() {
    assertThat(NvidiaSmi.gpus("No devices were found\n")).isEmpty();
  }

  @Test
  void entitiesAreNotFetched() {
    String xml =
        "<?xml version=\"1.0\" ?><!DOCTYPE nvidia_smi_log [<!ENTITY x SYSTEM \"file:///etc/hostname\">]>"
            + "<nvidia_smi_log><gpu id=\"1\"><uuid>&x;</uuid></gpu></nvidia_smi_log>";
    assertThat(NvidiaSmi.gpus(xml).get(0).uuid()).isEmpty();
  }

  private static List<Gpu> gpus(String name) {
    return NvidiaSmi.gpus(text(name + ".xml"));
  }

  private static String text(String file) {
    try (InputStream bytes = NvidiaSmiTest.class.getResourceAsStream("/nvidia-smi/" + file)) {
      return new String(Objects.requireNonNull(bytes).readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException unreadable) {
      throw new IllegalStateException(unreadable);
    }
  }
}
