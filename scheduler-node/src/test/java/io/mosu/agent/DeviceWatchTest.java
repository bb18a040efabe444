// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.mosu.agent.NvidiaSmi.Gpu;
import io.mosu.scheduler.host.DeviceSign;
import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Recorded outputs of the vendor's tool, with faults planted into them. */
class DeviceWatchTest {
  private static final List<Gpu> RECORDED = NvidiaSmi.gpus(recorded("h100x8.xml"));
  private static final List<Gpu> GPUS =
      RECORDED.stream().map(gpu -> with(gpu, 0, false, false, "")).toList();
  private static final List<Device> DEVICES = NvidiaDevices.devices(GPUS, "");
  private static final String FOURTH = DEVICES.get(3).uuid();

  private final DeviceWatch watch = new DeviceWatch(DEVICES);

  @Test
  void soundCardsShowNoSign() {
    assertThat(watch.survey(GPUS, "", 1)).isEmpty();
    assertThat(watch.unfit(FOURTH)).isEmpty();
  }

  @Test
  void recordedHostHasTwoSickCards() {
    assertThat(watch.survey(RECORDED, "", 1))
        .extracting(DeviceSign::uuid, DeviceSign::code, DeviceSign::serial)
        .containsExactlyInAnyOrder(
            tuple(DEVICES.get(6).uuid(), "ecc-uncorrectable", 1L),
            tuple(DEVICES.get(7).uuid(), "rows-pending", 1L));
    assertThat(watch.survey(RECORDED, "", 2)).isEmpty();
  }

  @Test
  void xidIsOneCardsAndKeepsTheKernelsTime() {
    watch.survey(GPUS, "", 1);
    String line =
        "3,911,5678901234,-;NVRM: Xid (PCI:%s): 79, pid='<unknown>', name=<unknown>, GPU has fallen"
                .formatted(GPUS.get(3).pci())
            + " off the bus.";
    assertThat(watch.kernel(line, 9))
        .singleElement()
        .satisfies(
            sign -> {
              assertThat(sign.uuid()).isEqualTo(FOURTH);
              assertThat(sign.code()).isEqualTo("xid-79");
              assertThat(sign.detail()).endsWith("GPU has fallen off the bus.");
              assertThat(sign.serial()).isEqualTo(5_678_901);
            });
    assertThat(watch.lastXidTickMs(FOURTH)).isEqualTo(5_678_901);
    assertThat(watch.kernel("6,912,5678901235,-;usb 1-1: new device", 9)).isEmpty();
    assertThat(watch.kernel("NVRM: Xid (PCI:0000:ff:00): 79, nobody's", 9)).isEmpty();
  }

  @Test
  void linesOfDmesgAreReadToo() {
    watch.survey(GPUS, "", 1);
    String pci = GPUS.get(0).pci().toUpperCase(Locale.ROOT);
    assertThat(watch.kernel("[   12.345678] NVRM: Xid (PCI:" + pci + "): 48, DBE", 9))
        .extracting(DeviceSign::code, DeviceSign::serial)
        .containsExactly(tuple("xid-48", 12_345L));
  }

  @Test
  void xidOfAPartitionedCardIsAllItsPartitions() {
    List<Gpu> gpus = NvidiaSmi.gpus(recorded("a100-mig.xml"));
    String listing = recorded("a100-mig.list");
    List<Device> devices = NvidiaDevices.devices(gpus, listing);
    DeviceWatch partitioned = new DeviceWatch(devices);
    partitioned.survey(gpus, listing, 1);
    Gpu card = gpus.stream().filter(Gpu::partitioned).findFirst().orElseThrow();
    assertThat(partitioned.kernel("NVRM: Xid (PCI:" + card.pci() + "): 79, x", 9))
        .hasSize(card.partitions().size());
  }

  @Test
  void lostCardIsASignOnceUntilItIsBack() {
    watch.survey(GPUS, "", 1);
    List<Gpu> seven = GPUS.stream().filter(gpu -> !gpu.uuid().equals(FOURTH)).toList();
    assertThat(watch.survey(seven, "", 2)).containsExactly(lost(2));
    assertThat(watch.survey(seven, "", 3)).isEmpty();
    assertThat(watch.unfit(FOURTH)).isNotEmpty();
    assertThat(watch.survey(GPUS, "", 4)).isEmpty();
    assertThat(watch.unfit(FOURTH)).isEmpty();
    assertThat(watch.survey(seven, "", 5)).containsExactly(lost(5));
  }

  @Test
  void errorsAndRepairsAreReadFromTheTool() {
    List<Gpu> gpus = new ArrayList<>(GPUS);
    gpus.set(3, with(GPUS.get(3), 2, true, true, "GPU Reset"));
    assertThat(watch.survey(gpus, "", 7))
        .allMatch(sign -> sign.uuid().equals(FOURTH))
        .extracting(DeviceSign::code)
        .containsExactlyInAnyOrder(
            "ecc-uncorrectable", "rows-pending", "rows-failed", "unrepairable", "recovery");
  }

  @Test
  void toolThatFailsMakesAllDevicesSuspectAndNoneLost() {
    watch.survey(GPUS, "", 1);
    assertThat(watch.failed("it hangs", 2))
        .hasSize(8)
        .extracting(DeviceSign::code)
        .containsOnly("no-driver");
    assertThat(watch.failed("it hangs", 3)).isEmpty();
    assertThat(watch.survey(GPUS, "", 4)).isEmpty();
  }

  @Test
  void lostCardKeepsItsIndexOverARestart(@TempDir Path state) throws IOException {
    List<Device> placed =
        DEVICES.stream()
            .map(d -> new Device(d.index(), d.model(), d.memoryMib(), d.uuid(), 0, 1))
            .toList();
    assertThat(KnownDevices.merge(state, placed, true)).isEqualTo(placed);
    assertThat(KnownDevices.merge(state, DEVICES, true)).isEqualTo(DEVICES);
    List<Device> seven =
        NvidiaDevices.devices(GPUS.stream().filter(gpu -> !gpu.uuid().equals(FOURTH)).toList(), "");
    assertThat(KnownDevices.merge(state, seven, true)).isEqualTo(DEVICES);
    List<Device> fresh = List.of(new Device(0, "H100", 81_559, "GPU-new"));
    assertThat(KnownDevices.merge(state, fresh, true)).hasSize(9).endsWith(at(8, fresh.get(0)));
  }

  @Test
  void partitionsThatAreGoneAreForgotten(@TempDir Path state) throws IOException {
    KnownDevices.merge(state, List.of(new Device(0, "A100-1g.10gb", 9_856, "MIG-a")), true);
    Device whole = new Device(0, "A100", 81_559, "GPU-a");
    assertThat(KnownDevices.merge(state, List.of(whole), false))
        .extracting(Device::uuid)
        .containsExactly("MIG-a", "GPU-a"); // what runs goes by the index
    assertThat(KnownDevices.merge(state, List.of(whole), true)).containsExactly(whole);
  }

  @Test
  void canaryIsThePassOfTheOperatorsCommand() {
    assertThat(new DeviceCanary(List.of(), 1).run(FOURTH).passed()).isTrue();
    DeviceCanary sees =
        new DeviceCanary(List.of("sh", "-c", "test \"$CUDA_VISIBLE_DEVICES\" = " + FOURTH), 10);
    assertThat(sees.run(FOURTH).passed()).isTrue();
    DeviceCanary fails = new DeviceCanary(List.of("sh", "-c", "echo bad; exit 3"), 10);
    assertThat(fails.run(FOURTH).detail()).isEqualTo("the canary exited with code 3: bad");
    assertThat(new DeviceCanary(List.of("sleep", "60"), 1).run(FOURTH).passed()).isFalse();
    assertThat(new DeviceCanary(List.of("/no/such"), 1).run(FOURTH).passed()).isFalse();
  }

  private static DeviceSign lost(long serial) {
    return new DeviceSign(FOURTH, "lost", "the driver does not list it", serial);
  }

  private static Gpu with(
      Gpu gpu, long uncorrectable, boolean pending, boolean broken, String recovery) {
    return new Gpu(
        gpu.pci(),
        gpu.product(),
        gpu.uuid(),
        gpu.memoryMib(),
        gpu.partitioned(),
        gpu.partitions(),
        uncorrectable,
        pending,
        broken,
        broken,
        recovery,
        gpu.figures());
  }

  private static Device at(int index, Device device) {
    return new Device(index, device.model(), device.memoryMib(), device.uuid());
  }

  private static String recorded(String name) {
    try {
      return Files.readString(Path.of("src/test/resources/nvidia-smi", name));
    } catch (IOException absent) {
      throw new UncheckedIOException(absent);
    }
  }
}
