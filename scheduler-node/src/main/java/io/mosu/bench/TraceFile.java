// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import io.mosu.trace.Csv;
import io.mosu.trace.Row;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Reads the pods of an openb trace; columns are found by name, and those after the fifth are
 * optional.
 */
public final class TraceFile {

  private static final int CPU_MILLI_MIN = 100;
  private static final int WHOLE_MILLI = 1_000;

  private TraceFile() {}

  /** What each pod asks, in file order. */
  public static List<Specs.Ask> pods(Path file) throws IOException {
    List<Specs.Ask> pods = new ArrayList<>();
    for (Row row : Csv.rows(file)) {
      int gpus = row.count("num_gpu");
      int milli = row.count("gpu_milli");
      boolean share = gpus == 1 && milli > 0 && milli < WHOLE_MILLI;
      pods.add(
          new Specs.Ask(
              share ? 0 : gpus,
              share ? milli : 0,
              gpus == 0 ? List.of() : row.words("gpu_spec"),
              Math.max(CPU_MILLI_MIN, row.count("cpu_milli")),
              Math.max(1, row.count("memory_mib"))));
    }
    return pods;
  }

  /** How many rows it has, but for the header. */
  public static int count(Path file) throws IOException {
    return Csv.rows(file).size();
  }
}
