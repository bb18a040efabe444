// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostFigures;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import oshi.SystemInfo;
import oshi.hardware.CentralProcessor;
import oshi.hardware.GlobalMemory;
import oshi.hardware.HardwareAbstractionLayer;
import oshi.hardware.NetworkIF;

/** Reads how busy this host is; each reading is of the time since the one before. */
final class HostGauge {
  private static final long MIB = 1_048_576;
  private static final int PERMILLE = 1_000;

  private final CentralProcessor processor;
  private final GlobalMemory memory;
  private final List<NetworkIF> interfaces;
  private final Path work;
  private long[] ticks;
  private long received;
  private long sent;
  private long sinceNanos;

  /**
   * Begins to measure.
   *
   * @param work where the tasks work
   */
  HostGauge(Path work) {
    HardwareAbstractionLayer hardware = new SystemInfo().getHardware();
    this.processor = hardware.getProcessor();
    this.memory = hardware.getMemory();
    this.interfaces = hardware.getNetworkIFs();
    this.work = work;
    this.ticks = processor.getSystemCpuLoadTicks();
    count();
    this.sinceNanos = System.nanoTime();
  }

  /** The host's figures now, without those of devices and ways. */
  HostFigures read() {
    double busy = processor.getSystemCpuLoadBetweenTicks(ticks);
    ticks = processor.getSystemCpuLoadTicks();
    long receivedBefore = received;
    long sentBefore = sent;
    count();
    long nanos = Math.max(1, System.nanoTime() - sinceNanos);
    sinceNanos += nanos;
    return new HostFigures(
        (int) Math.round(Math.max(0, Math.min(1, busy)) * PERMILLE),
        (int) ((memory.getTotal() - memory.getAvailable()) / MIB),
        (int) Math.min(Integer.MAX_VALUE, work.toFile().getUsableSpace() / MIB),
        perSecond(received - receivedBefore, nanos),
        perSecond(sent - sentBefore, nanos),
        List.of(),
        List.of());
  }

  private void count() {
    received = 0;
    sent = 0;
    for (NetworkIF each : interfaces) { // loopback is not among them
      if (each.updateAttributes()) {
        received += each.getBytesRecv();
        sent += each.getBytesSent();
      }
    }
  }

  /** An interface that went away, or began to count anew, makes no negative rate. */
  private static long perSecond(long bytes, long nanos) {
    return Math.max(0, Math.round((double) bytes * TimeUnit.SECONDS.toNanos(1) / nanos));
  }
}
