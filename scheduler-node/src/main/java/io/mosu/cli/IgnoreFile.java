// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/**
 * What of a directory is not uploaded: {@code .git}, {@code __pycache__}, and the patterns in its
 * {@code .mosuignore}, written as for Git but without exceptions ({@code !}).
 */
final class IgnoreFile {
  static final String NAME = ".mosuignore";

  private static final List<String> ALWAYS = List.of(".git", "__pycache__/");

  private record Rule(Pattern pattern, boolean onlyDirectories) {}

  private final List<Rule> rules = new ArrayList<>();

  private IgnoreFile(List<String> lines) {
    ALWAYS.forEach(this::add);
    lines.forEach(this::add);
  }

  static IgnoreFile of(Path dir) throws IOException {
    Path file = dir.resolve(NAME);
    return of(Files.exists(file) ? Files.readAllLines(file) : List.of());
  }

  static IgnoreFile of(List<String> lines) {
    return new IgnoreFile(lines);
  }

  /** Whether the path, relative to the directory, is left out; what is below it goes with it. */
  boolean matches(String path, boolean directory) {
    return rules.stream()
        .anyMatch(
            rule ->
                (directory || !rule.onlyDirectories()) && rule.pattern().matcher(path).matches());
  }

  private void add(String line) {
    String text = line.strip();
    if (text.isEmpty() || text.startsWith("#")) {
      return;
    }
    if (text.startsWith("!")) {
      throw CliFailure.usage(
          NAME + " has an exception, " + text, "write only patterns of what is left out");
    }
    boolean onlyDirectories = text.endsWith("/");
    String bare = onlyDirectories ? text.substring(0, text.length() - 1) : text;
    boolean anchored = bare.contains("/");
    String rest = bare.startsWith("/") ? bare.substring(1) : bare;
    StringBuilder regex = new StringBuilder(anchored ? "" : "(?:.*/)?");
    for (int i = 0; i < rest.length(); i++) {
      char c = rest.charAt(i);
      if (rest.startsWith("**/", i)) {
        regex.append("(?:.*/)?");
        i += 2;
      } else if (rest.startsWith("**", i)) {
        regex.append(".*");
        i++;
      } else if (c == '*') {
        regex.append("[^/]*");
      } else if (c == '?') {
        regex.append("[^/]");
      } else {
        regex.append(Pattern.quote(String.valueOf(c)));
      }
    }
    rules.add(new Rule(Pattern.compile(regex.toString()), onlyDirectories));
  }
}
