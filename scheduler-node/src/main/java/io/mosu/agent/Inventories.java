// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Device;
import io.mosu.scheduler.model.Inventory;
import io.mosu.scheduler.model.NodeId;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.IntStream;
import java.util.zip.GZIPInputStream;

/** Finds out what nodes have: from a description, from the vendor's tool, from a list. */
final class Inventories {

  /** Of a simulated device where nothing else is said. */
  static final int SIMULATED_MIB = 81_920;

  private static final Pattern SIMULATED =
      Pattern.compile("([0-9]{1,2})x([A-Za-z0-9._-]{1,40})(?::([0-9]{1,7}))?");
  private static final List<String> COLUMNS =
      List.of("sn", "cpu_milli", "memory_mib", "gpu", "model");

  private Inventories() {}

  /** Reads {@code 8xH100} or {@code 8xH100:81920}; the devices' names are made of the node's. */
  static List<Device> simulated(String text, NodeId node) {
    Matcher parts = SIMULATED.matcher(text);
    if (!parts.matches()) {
      throw new IllegalArgumentException(
          "--simulate takes COUNTxMODEL[:MIB] such as 8xH100, not '" + text + "'");
    }
    int mib = parts.group(3) == null ? SIMULATED_MIB : Integer.parseInt(parts.group(3));
    return devices(Integer.parseInt(parts.group(1)), parts.group(2), mib, node);
  }

  /** Reads one node per row of a table with the columns sn, cpu_milli, memory_mib, gpu, model. */
  static List<HostPlan> ofTable(Path path, Inventory like) throws IOException {
    try (BufferedReader table = open(path)) {
      String head = table.readLine();
      List<String> names = head == null ? List.of() : Arrays.asList(head.strip().split(",", -1));
      if (!names.containsAll(COLUMNS)) {
        throw new IllegalArgumentException(
            path + " needs the columns " + String.join(",", COLUMNS) + " in its first line");
      }
      List<HostPlan> plans = new ArrayList<>();
      for (String row = table.readLine(); row != null; row = table.readLine()) {
        if (!row.isBlank()) {
          plans.add(plan(names, row.strip().split(",", -1), like));
        }
      }
      return plans;
    }
  }

  private static HostPlan plan(List<String> names, String[] fields, Inventory like) {
    if (fields.length < names.size()) {
      throw new IllegalArgumentException("too few fields: " + String.join(",", fields));
    }
    NodeId node = new NodeId(fields[names.indexOf("sn")]);
    int count = (int) Double.parseDouble(fields[names.indexOf("gpu")]);
    return new HostPlan(
        node,
        new Inventory(
            like.supplier(),
            like.site(),
            like.address(),
            (int) Double.parseDouble(fields[names.indexOf("cpu_milli")]),
            (int) Double.parseDouble(fields[names.indexOf("memory_mib")]),
            devices(count, fields[names.indexOf("model")], SIMULATED_MIB, node),
            false));
  }

  private static List<Device> devices(int count, String model, int mib, NodeId node) {
    return IntStream.range(0, count)
        .mapToObj(index -> new Device(index, model, mib, "SIM-" + node + "-" + index))
        .toList();
  }

  private static BufferedReader open(Path path) throws IOException {
    InputStream bytes = Files.newInputStream(path);
    return new BufferedReader(
        new InputStreamReader(
            path.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes,
            StandardCharsets.UTF_8));
  }
}
