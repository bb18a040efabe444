// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.PrintStream;
import java.nio.file.NoSuchFileException;
import picocli.CommandLine;
import picocli.CommandLine.Help.Ansi;

/**
 * The command line of a verb that does its work in this process. Whatever goes wrong, a person gets
 * two lines to read: exit code 64 for usage, 1 for what failed.
 */
public final class ServiceLine {
  private ServiceLine() {}

  /**
   * The same line, with these manners.
   *
   * @param line with all its verbs
   * @param usage what to do about arguments that are none
   * @param failure what to do where it fails
   */
  public static CommandLine of(CommandLine line, PrintStream err, String usage, String failure) {
    line.setColorScheme(CommandLine.Help.defaultColorScheme(Ansi.OFF));
    line.setParameterExceptionHandler(
        (wrong, given) -> {
          say(err, String.valueOf(wrong.getMessage()), usage);
          return ExitCodes.USAGE;
        });
    line.setExecutionExceptionHandler(
        (failed, ran, result) -> {
          boolean absent = failed instanceof NoSuchFileException;
          say(err, (absent ? "no file " : "") + failed.getMessage(), failure);
          return ExitCodes.ERROR;
        });
    return line;
  }

  private static void say(PrintStream err, String what, String hint) {
    err.println("error: " + what);
    err.println("hint: " + hint);
  }
}
