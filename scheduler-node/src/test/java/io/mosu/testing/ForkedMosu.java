// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * The program in a JVM of its own, as it ships: target/classes and target/lib, log in
 * target/forked.
 */
final class ForkedMosu {

  private ForkedMosu() {}

  static ForkedProcess fork(
      String name, List<String> options, List<String> verb, Map<String, String> environment) {
    List<String> words = new ArrayList<>();
    words.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    words.addAll(List.of("-Xmx512m", "-XX:+ExitOnOutOfMemoryError"));
    words.addAll(options);
    words.addAll(List.of("-cp", classPath(), "io.mosu.Mosu"));
    words.addAll(verb);
    ProcessBuilder builder = new ProcessBuilder(words);
    builder.environment().putAll(environment);
    try {
      Path logs = Files.createDirectories(Path.of("target", "forked").toAbsolutePath());
      return ForkedProcess.start(builder, logs.resolve(name + ".log"));
    } catch (IOException failure) {
      throw new UncheckedIOException(failure);
    }
  }

  private static String classPath() {
    Path target = Path.of("target").toAbsolutePath();
    if (!Files.isDirectory(target.resolve("lib"))) {
      throw new IllegalStateException("target/lib is missing; build with: mvn package");
    }
    return target.resolve("classes") + ":" + target.resolve("lib") + "/*";
  }
}
