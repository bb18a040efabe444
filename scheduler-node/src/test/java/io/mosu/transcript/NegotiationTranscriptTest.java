// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.transcript;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Plays the scripts in {@code src/test/resources/negotiation}: commands, a line of dashes, what is
 * said. {@code -Dtranscripts=rewrite} writes what is said now; the diff is to be read.
 */
class NegotiationTranscriptTest {

  private static final Path SCRIPTS = Path.of("src/test/resources/negotiation");
  private static final String DASHES = "----";

  static List<String> scripts() throws IOException {
    try (Stream<Path> files = Files.list(SCRIPTS)) {
      return files
          .map(file -> file.getFileName().toString())
          .filter(name -> name.endsWith(".txt"))
          .sorted()
          .toList();
    }
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("scripts")
  void saysWhatIsWritten(String name) throws IOException {
    Path file = SCRIPTS.resolve(name);
    String written = Files.readString(file);
    String played = played(written);
    if ("rewrite".equals(System.getProperty("transcripts"))) {
      Files.writeString(file, played);
    } else {
      assertThat(played).isEqualTo(written);
    }
  }

  /** The script with what is said now in place of what was written; comments stay. */
  private static String played(String written) {
    Script script = new Script();
    StringBuilder played = new StringBuilder();
    List<String> commands = new ArrayList<>();
    boolean answer = false;
    for (String line : written.lines().toList()) {
      if (line.equals(DASHES)) {
        played.append(line).append('\n');
        script.run(commands).forEach(said -> played.append(said).append('\n'));
        commands.clear();
        answer = true;
      } else if (line.isEmpty() || !answer) {
        answer = false;
        played.append(line).append('\n');
        if (!line.isEmpty() && !line.startsWith("#")) {
          commands.add(line);
        }
      }
    }
    return played.toString();
  }
}
