// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Device;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * The cards that a host had at the agent's last start: each keeps its index for as long as the
 * state directory lives, or a card lost from the bus would give its neighbours' leases to other
 * cards.
 */
final class KnownDevices {
  static final String FILE = "devices";
  private static final int FIELDS = 3;

  private KnownDevices() {}

  /**
   * The devices {@code found} in the order of those known; remembered for the next time. A whole
   * card that is missing keeps its place; a part of one only while tasks run, since cards are
   * divided anew on purpose.
   *
   * @param idle whether no task of an earlier start is to go on
   */
  static List<Device> merge(Path state, List<Device> found, boolean idle) throws IOException {
    Map<String, Device> present = new LinkedHashMap<>();
    found.forEach(device -> present.put(device.uuid(), device));
    List<Device> all = new ArrayList<>();
    for (Device known : read(state.resolve(FILE))) {
      Device now = present.remove(known.uuid());
      if (now != null || !idle || known.uuid().startsWith("GPU-")) {
        all.add(at(all.size(), now != null ? now : known));
      }
    }
    present.values().forEach(device -> all.add(at(all.size(), device)));
    write(state, all);
    return all;
  }

  private static Device at(int index, Device device) {
    return new Device(
        index, device.model(), device.memoryMib(), device.uuid(), device.island(), device.numa());
  }

  private static List<Device> read(Path file) throws IOException {
    List<Device> known = new ArrayList<>();
    if (Files.exists(file)) {
      for (String line : Files.readAllLines(file)) {
        String[] fields = line.split("\t", -1);
        if (fields.length == FIELDS && fields[1].matches("[0-9]{1,9}")) {
          known.add(new Device(known.size(), fields[2], Integer.parseInt(fields[1]), fields[0]));
        }
      }
    }
    return known;
  }

  private static void write(Path state, List<Device> devices) throws IOException {
    StringBuilder lines = new StringBuilder();
    devices.forEach(
        device ->
            lines
                .append(device.uuid())
                .append('\t')
                .append(device.memoryMib())
                .append('\t')
                .append(device.model())
                .append('\n'));
    Files.createDirectories(state);
    Path next = state.resolve(FILE + ".new");
    Files.write(next, lines.toString().getBytes(StandardCharsets.UTF_8));
    Files.move(next, state.resolve(FILE), StandardCopyOption.ATOMIC_MOVE);
  }
}
