// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.model.Device;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Which GPUs of a host are joined by NVLink, and to which NUMA node each belongs, as {@code
 * nvidia-smi topo -m} prints it: a matrix of GPUs and network cards, with the host's columns to its
 * right. What cannot be read is unknown.
 */
final class NvidiaTopology {
  private static final Pattern ESCAPE = Pattern.compile("\u001b\\[[0-9;]*m");
  private static final Pattern GPU = Pattern.compile("GPU([0-9]{1,2})");

  /** A row has an X below its own head. */
  private static final Pattern HEAD = Pattern.compile("\\s+GPU0(?!\\s+X)(?:\\s.*)?");

  private static final Pattern NVLINK = Pattern.compile("NV[0-9]+");

  /** Ranges of cores and of NUMA nodes; N/A where there is only one. */
  private static final Pattern NUMBERS = Pattern.compile("([0-9]{1,4})[0-9,-]*");

  private static final String NUMA = "NUMA Affinity";

  /** Where one GPU is. */
  record Place(int island, int numa) {
    static final Place UNKNOWN = new Place(Device.UNKNOWN, Device.UNKNOWN);
  }

  private NvidiaTopology() {}

  /** The places of the GPUs by their index; none if {@code text} is no matrix. */
  static List<Place> read(String text) {
    List<String> lines = ESCAPE.matcher(text).replaceAll("").lines().toList();
    String head = lines.stream().filter(HEAD.asMatchPredicate()).findFirst().orElse("");
    int gpus = (int) GPU.matcher(head).results().count();
    int[] joined = new int[gpus]; // the lowest GPU of each one's island
    int[] numa = new int[gpus];
    boolean[] seen = new boolean[gpus];
    Arrays.setAll(joined, gpu -> gpu);
    Arrays.fill(numa, Device.UNKNOWN);
    for (String line : lines) {
      String[] cells = line.strip().split("\\s+", -1);
      Matcher row = GPU.matcher(cells[0]);
      if (line.equals(head) || !row.matches() || cells.length <= gpus) {
        continue;
      }
      int gpu = Integer.parseInt(row.group(1));
      if (gpu >= gpus) {
        return List.of();
      }
      seen[gpu] = true;
      for (int other = 0; other < gpus; other++) {
        if (NVLINK.matcher(cells[other + 1]).matches()) {
          join(joined, gpu, other);
        }
      }
      numa[gpu] = numa(head, line);
    }
    for (boolean each : seen) {
      if (!each) {
        return List.of(); // half a matrix tells nothing
      }
    }
    return places(joined, numa);
  }

  private static void join(int[] joined, int one, int other) {
    int low = Math.min(joined[one], joined[other]);
    int high = Math.max(joined[one], joined[other]);
    for (int gpu = 0; gpu < joined.length; gpu++) {
      joined[gpu] = joined[gpu] == high ? low : joined[gpu];
    }
  }

  /** Islands are numbered by their lowest GPU. */
  private static List<Place> places(int[] joined, int[] numa) {
    List<Integer> lowest = new ArrayList<>();
    List<Place> places = new ArrayList<>();
    for (int gpu = 0; gpu < joined.length; gpu++) {
      if (!lowest.contains(joined[gpu])) {
        lowest.add(joined[gpu]);
      }
      places.add(new Place(lowest.indexOf(joined[gpu]), numa[gpu]));
    }
    return places;
  }

  /**
   * Cells of the host are parted by one tab each, so that those of a row stand below their head.
   */
  private static int numa(String head, String line) {
    int column = Arrays.asList(head.split("\t", -1)).indexOf(NUMA);
    String[] cells = line.split("\t", -1);
    if (column < 0 || column >= cells.length) {
      return Device.UNKNOWN;
    }
    Matcher numbers = NUMBERS.matcher(cells[column].strip());
    return numbers.matches() ? Integer.parseInt(numbers.group(1)) : Device.UNKNOWN;
  }
}
