// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Refusal;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;

/**
 * A process that was put into a task's surroundings: its folder, environment and cgroup, so that it
 * ends with the task.
 */
final class CommandEnd implements FarEnd {
  private static final int CLOSE_GRACE_MS = 1_000;
  private static final Executor AFTER_GRACE =
      CompletableFuture.delayedExecutor(CLOSE_GRACE_MS, TimeUnit.MILLISECONDS);

  private final Process process;
  private final boolean terminal;

  private CommandEnd(Process process, boolean terminal) {
    this.process = process;
    this.terminal = terminal;
  }

  static CommandEnd open(TaskFiles files, Path dir, StreamOpen.Command command)
      throws StreamRefusal {
    try {
      Map<String, String> environment = new TreeMap<>(files.environment(dir));
      List<String> argv = command.argv();
      if (command.terminal()) {
        argv = Terminals.argv(argv, command.rows(), command.columns(), environment);
        Terminals.putType(environment);
      }
      List<String> words = new ArrayList<>(files.script(true, "exec", dir.toString()));
      words.addAll(argv);
      ProcessBuilder builder = new ProcessBuilder(words).redirectErrorStream(command.terminal());
      builder.environment().clear();
      builder.environment().putAll(environment);
      return new CommandEnd(builder.start(), command.terminal());
    } catch (IOException | IllegalArgumentException failure) {
      throw new StreamRefusal(
          Refusal.NOT_RUNNING, "the task's surroundings cannot be entered, it may be ending");
    }
  }

  @Override
  public List<Output> outputs() {
    Output output = new Output(StreamPart.Channel.OUTPUT, process.getInputStream());
    return terminal
        ? List.of(output)
        : List.of(output, new Output(StreamPart.Channel.ERROR, process.getErrorStream()));
  }

  @Override
  public OutputStream input() {
    return process.getOutputStream();
  }

  @Override
  public CompletionStage<Boolean> resize(int rows, int columns) throws IOException {
    return terminal
        ? Terminals.resize(process.toHandle(), rows, columns)
        : CompletableFuture.completedStage(true);
  }

  @Override
  public void signal(StreamPart.Signal.Kind kind) throws IOException {
    kill(kind.name());
  }

  @Override
  public CompletionStage<Integer> exit() {
    return process.onExit().thenApply(Process::exitValue);
  }

  /** Its group hears that it was hung up, and is killed; what began a session of its own stays. */
  @Override
  public void close() {
    try {
      kill("HUP");
      kill("CONT");
    } catch (IOException failure) {
      process.destroy();
    }
    AFTER_GRACE.execute(
        () -> {
          try {
            kill("KILL");
          } catch (IOException failure) {
            process.destroyForcibly();
          }
        });
  }

  private void kill(String signal) throws IOException {
    TaskProcess.fork(
        List.of("/bin/sh", "-c", "kill -s \"$1\" -- \"-$2\"", "sh", signal, pid()), Map.of());
  }

  private String pid() {
    return Long.toString(process.pid());
  }
}
