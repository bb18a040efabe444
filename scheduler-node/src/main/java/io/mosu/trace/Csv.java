// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.trace;

import com.fasterxml.jackson.core.JacksonException;
import com.fasterxml.jackson.core.JsonLocation;
import com.fasterxml.jackson.databind.MappingIterator;
import com.fasterxml.jackson.databind.ObjectReader;
import com.fasterxml.jackson.dataformat.csv.CsvMapper;
import com.fasterxml.jackson.dataformat.csv.CsvParser;
import com.fasterxml.jackson.dataformat.csv.CsvSchema;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.zip.GZIPInputStream;

/** A table with a header row, packed by gzip if its name ends so. */
public final class Csv {
  private static final ObjectReader ROWS =
      new CsvMapper()
          .enable(CsvParser.Feature.SKIP_EMPTY_LINES)
          .enable(CsvParser.Feature.TRIM_SPACES)
          .readerForMapOf(String.class)
          .with(CsvSchema.emptySchema().withHeader());

  private Csv() {}

  /**
   * Its rows.
   *
   * @throws IllegalArgumentException if it is no table; the text names file and line
   */
  public static List<Row> rows(Path file) throws IOException {
    List<Row> rows = new ArrayList<>();
    try (InputStream bytes = Files.newInputStream(file);
        InputStream plain = file.toString().endsWith(".gz") ? new GZIPInputStream(bytes) : bytes;
        Reader text = new BufferedReader(new InputStreamReader(plain, StandardCharsets.UTF_8));
        MappingIterator<Map<String, String>> table = ROWS.readValues(text)) {
      while (table.hasNextValue()) {
        Map<String, String> fields = table.nextValue();
        rows.add(new Row(file, table.getCurrentLocation().getLineNr() - 1, fields));
      }
    } catch (JacksonException broken) {
      JsonLocation where = broken.getLocation();
      String line = where == null ? "" : " line " + where.getLineNr();
      throw new IllegalArgumentException(file + line + ": " + broken.getOriginalMessage(), broken);
    }
    return rows;
  }
}
