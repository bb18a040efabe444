// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.job;

import io.mosu.scheduler.job.SpecNode.Scalar;
import io.mosu.scheduler.model.Ending;
import io.mosu.scheduler.model.TaskSpec;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** Reads the part of a spec that says what each task runs. */
final class TaskReader {
  static final List<String> ALLOWED =
      List.of(
          "command",
          "env",
          "ports",
          "terminal",
          "workdir",
          "onLostContact",
          "image",
          "stopSignal",
          "stopGrace",
          "timeLimit",
          "warnSignal",
          "warnBefore");

  private static final int COMMAND_MAX = 1_000;
  private static final int PORT_MAX = 65_535;
  private static final int ENV_MAX = 1_000;
  private static final long WARN_BEFORE_DEFAULT_MS = 60_000;
  private static final String WORDS = "text without control characters";

  /** Text that a process can be handed: no control characters but those of a script's lines. */
  private static final Pattern ARGUMENT = Pattern.compile("[\\t\\n\\r[^\\p{Cc}\\p{Cs}]]*+");

  private static final Pattern WORKDIR = Pattern.compile("sha256:[0-9a-f]{64}");

  private static final Pattern LOST_CONTACT = Pattern.compile("stop|keep");

  /** As registries have it: no option, no space. */
  private static final Pattern IMAGE = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._/:@+-]{0,254}");

  private final SpecReader reader;

  TaskReader(SpecReader reader) {
    this.reader = reader;
  }

  TaskSpec read(int nodes) {
    List<String> command =
        reader.texts("command", COMMAND_MAX, ARGUMENT, WORDS, "[sh, -c, \"echo hi\"]");
    if (!reader.has("command")) {
      reader.error("command", 1, "required: a list such as [sh, -c, \"echo hi\"]");
    } else if (command.isEmpty() || command.get(0).isEmpty()) {
      if (reader.errors().stream().noneMatch(error -> error.field().startsWith("command"))) {
        reader.error("command", reader.line("command"), "its first item must name a program");
      }
    }
    SortedMap<String, String> env = env();
    long bytes = command.stream().mapToLong(TaskReader::bytes).sum();
    for (Map.Entry<String, String> entry : env.entrySet()) {
      bytes += bytes(entry.getKey()) + bytes(entry.getValue());
    }
    if (bytes > JobSpecParser.TASK_BYTES_MAX) {
      reader.error(
          "command",
          reader.line("command"),
          "command and env have "
              + bytes
              + " bytes together; at most "
              + JobSpecParser.TASK_BYTES_MAX);
    }
    String workdir =
        reader.text(
            "workdir",
            WORKDIR,
            "sha256: and 64 hexadecimal digits, the name of an uploaded archive (mosu run --workdir"
                + " and mosu submit upload a directory)",
            "");
    boolean terminal = reader.flag("terminal", false);
    if (terminal && nodes > 1) {
      reader.error("terminal", reader.line("terminal"), "a job on a terminal has one task");
    }
    if (terminal && reader.has("image")) {
      reader.error("terminal", reader.line("terminal"), "excludes image: containers have none yet");
    }
    List<Integer> ports = reader.wholes("ports", TaskSpec.PORTS_MAX, 1, PORT_MAX, "[8888]");
    return new TaskSpec(
        command,
        env,
        new TreeSet<>(ports).stream().toList(),
        terminal,
        ending(),
        reader.text("image", IMAGE, "an image such as docker.io/library/python:3.12", ""),
        workdir.replaceFirst("sha256:", ""),
        reader.text("onLostContact", LOST_CONTACT, "stop or keep", "stop").equals("keep"));
  }

  private Ending ending() {
    String stopSignal = signal("stopSignal", Ending.DEFAULT.stopSignal());
    long stopGraceMs =
        reader.duration("stopGrace", 0, Ending.GRACE_MAX_MS, Ending.GRACE_DEFAULT_MS);
    long timeLimitMs = reader.duration("timeLimit", 1_000, Ending.TIME_LIMIT_MAX_MS, 0);
    String warnSignal = signal("warnSignal", "");
    long warnBeforeMs = reader.duration("warnBefore", 0, Ending.TIME_LIMIT_MAX_MS, -1);
    if (reader.has("warnSignal") && !reader.has("timeLimit")) {
      reader.error("warnSignal", reader.line("warnSignal"), "needs timeLimit: it comes before it");
    } else if (reader.has("warnBefore") && !reader.has("warnSignal")) {
      reader.error("warnBefore", reader.line("warnBefore"), "needs warnSignal, such as USR1");
    } else if (timeLimitMs > 0 && warnBeforeMs >= timeLimitMs) {
      reader.error("warnBefore", reader.line("warnBefore"), "must be shorter than timeLimit");
    }
    if (!reader.errors().isEmpty()) {
      return Ending.DEFAULT; // nobody gets it
    }
    boolean warned = !warnSignal.isEmpty();
    long before =
        warnBeforeMs >= 0 ? warnBeforeMs : Math.min(WARN_BEFORE_DEFAULT_MS, timeLimitMs / 2);
    return new Ending(stopSignal, stopGraceMs, timeLimitMs, warnSignal, warned ? before : 0);
  }

  private String signal(String field, String absent) {
    Pattern names = Pattern.compile("(?:SIG)?(?:" + String.join("|", Ending.SIGNALS) + ")");
    String expected = "one of " + String.join(", ", Ending.SIGNALS);
    return reader.text(field, names, expected, absent).replaceFirst("^SIG", "");
  }

  private SortedMap<String, String> env() {
    SortedMap<String, String> env = new TreeMap<>();
    for (Map.Entry<String, Scalar> entry :
        reader.mapping("env", ENV_MAX, ARGUMENT, WORDS).entrySet()) {
      String name = entry.getKey();
      String at = "env." + Shown.bare(name);
      int line = entry.getValue().line();
      if (!TaskSpec.isEnvName(name)) {
        reader.error(at, line, "a name is A-Z, 0-9 and _, not first a digit, at most 64");
      } else if (TaskSpec.isEnvReserved(name)) {
        reader.error(at, line, "reserved: names must not start with CUDA_, NVIDIA_, LD_ or MOSU_");
      } else {
        env.put(name, entry.getValue().text());
      }
    }
    return env;
  }

  private static long bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }
}
