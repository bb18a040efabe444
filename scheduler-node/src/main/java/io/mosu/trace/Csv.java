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
import java.io.EOFException;
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
import java.util.zip.ZipException;

/** A table with a header row, packed by gzip if its name ends so. */
public final class Csv {
  private static final int TOLD_MAX = 200;

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
    if (Files.isDirectory(file)) {
      throw new IllegalArgumentException(file + " is a directory, not a table");
    }
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
      String line = where == null || where.getLineNr() < 1 ? "" : " line " + where.getLineNr();
      throw new IllegalArgumentException(file + line + ": " + told(broken), broken);
    } catch (EOFException | ZipException broken) {
      throw new IllegalArgumentException(
          file + " is no whole gzip file: " + broken.getMessage(), broken);
    }
    return rows;
  }

  /** On one line, and without what a file that is no text would do to a terminal. */
  private static String told(JacksonException broken) {
    String text = broken.getOriginalMessage().replaceAll("[^\\p{Print}]+", "?");
    return text.length() <= TOLD_MAX ? text : text.substring(0, TOLD_MAX) + "...";
  }
}
