// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Finds the driver's reports in lines of the kernel's log, as {@code /dev/kmsg} ({@code
 * 3,1234,5678901234,-;text}) or {@code dmesg} ({@code [ 5678.901234] text}) have them.
 */
final class KernelLog {

  /** {@code NVRM: Xid (PCI:0000:3b:00): 79, pid=1234, GPU has fallen off the bus.} */
  private static final Pattern XID =
      Pattern.compile(
          "NVRM: Xid \\(PCI:([0-9A-Fa-f:]+)(?:\\.[0-9A-Fa-f]+)?\\): ([0-9]{1,4})(?:, *(.*))?");

  private static final Pattern RECORD = Pattern.compile("[0-9]+,[0-9]+,([0-9]+),[^;]*;.*");
  private static final Pattern PRINTED = Pattern.compile("\\[ *([0-9]+)\\.([0-9]{6})\\].*");

  private KernelLog() {}

  /**
   * One report of the driver.
   *
   * @param pci the card, as {@link NvidiaSmi.Gpu#pci} has it
   * @param atTickMs since the host's start; empty if the line does not tell
   */
  record Xid(String pci, int code, String detail, Optional<Long> atTickMs) {}

  /** The report in {@code line}, if it is one. */
  static Optional<Xid> xid(String line) {
    Matcher found = XID.matcher(line);
    if (!found.find()) {
      return Optional.empty();
    }
    String detail = found.group(3) == null ? "" : found.group(3).strip();
    return Optional.of(
        new Xid(
            NvidiaSmi.pci(found.group(1)), Integer.parseInt(found.group(2)), detail, time(line)));
  }

  private static Optional<Long> time(String line) {
    Matcher record = RECORD.matcher(line);
    if (record.matches()) {
      return Optional.of(Long.parseLong(record.group(1)) / 1_000);
    }
    Matcher printed = PRINTED.matcher(line);
    return printed.matches()
        ? Optional.of(
            Long.parseLong(printed.group(1)) * 1_000 + Long.parseLong(printed.group(2)) / 1_000)
        : Optional.empty();
  }
}
