// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.zip.GZIPInputStream;

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
    for (Map<String, String> row : rows(file)) {
      int gpus = number(row, "num_gpu");
      int milli = number(row, "gpu_milli");
      boolean share = gpus == 1 && milli > 0 && milli < WHOLE_MILLI;
      pods.add(
          new Specs.Ask(
              share ? 0 : gpus,
              share ? milli : 0,
              gpus == 0 ? List.of() : models(row.getOrDefault("gpu_spec", "")),
              Math.max(CPU_MILLI_MIN, number(row, "cpu_milli")),
              Math.max(1, number(row, "memory_mib"))));
    }
    return pods;
  }

  /** How many rows it has, but for the header. */
  public static int count(Path file) throws IOException {
    return rows(file).size();
  }

  static Set<String> models(String text) {
    Set<String> models = new TreeSet<>(List.of(text.split("\\|", -1)));
    models.remove("");
    return models;
  }

  static int number(Map<String, String> row, String column) {
    String text = row.get(column);
    if (text == null) {
      throw new IllegalArgumentException("no column " + column + " in " + row.keySet());
    }
    return Integer.parseInt(text);
  }

  /** Its rows, by the names of the columns. */
  static List<Map<String, String>> rows(Path file) throws IOException {
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        BufferedReader lines =
            new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8))) {
      String header = lines.readLine();
      if (header == null) {
        return List.of();
      }
      String[] columns = header.split(",", -1);
      List<Map<String, String>> rows = new ArrayList<>();
      for (String line = lines.readLine(); line != null; line = lines.readLine()) {
        String[] fields = line.split(",", -1);
        Map<String, String> row = new HashMap<>();
        for (int i = 0; i < Math.min(columns.length, fields.length); i++) {
          row.put(columns[i], fields[i]);
        }
        rows.add(row);
      }
      return rows;
    }
  }
}
