// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.model.Exit;
import io.mosu.scheduler.model.NodeId;
import java.io.File;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;

/**
 * A task's processes as {@code task.sh} runs them. Its methods touch files and start processes, but
 * wait for none.
 */
final class TaskProcess {
  /** Of a task's terminal until somebody is at it. */
  private static final int ROWS = 24;

  private static final int COLUMNS = 80;

  private final TaskFiles files;
  private final NodeId node;
  private final Path dir;
  private final @Nullable Process child;
  private boolean killed;

  private TaskProcess(TaskFiles files, NodeId node, Path dir, @Nullable Process child) {
    this.files = files;
    this.node = node;
    this.dir = dir;
    this.child = child;
  }

  /** Starts a new task in an empty directory. */
  static TaskProcess launch(TaskFiles files, HostOrder.StartTask start) throws IOException {
    return launch(files, start, Optional.empty(), Optional.empty(), dir -> {});
  }

  /**
   * Starts a new task in what {@code archive} holds; what goes wrong stands in its log as well.
   *
   * @param retired hears where the directory is of one that could not be started
   */
  static TaskProcess launch(
      TaskFiles files,
      HostOrder.StartTask start,
      Optional<Path> archive,
      Optional<Podman> engine,
      Consumer<Path> retired)
      throws IOException {
    Path dir = prepare(files, start, retired);
    List<String> words = new ArrayList<>(files.script(true, "run", dir.toString()));
    try {
      if (archive.isPresent()) {
        files.unpack(archive.get(), start, dir);
      }
      Map<String, String> environment =
          TaskEnvironment.of(
              start, dir, files.userOf(start.job().tenant()), files.devices(start.node()));
      List<String> command = start.spec().command();
      if (start.spec().terminal()) {
        command = Terminals.argv(command, ROWS, COLUMNS, environment);
        Terminals.putType(environment);
      }
      if (start.spec().image().isEmpty()) {
        words.addAll(command);
      } else {
        words.addAll(files.container(start, dir, environment, engine));
        environment = Podman.environment(environment, System.getenv());
      }
      Process child = fork(words, environment);
      return new TaskProcess(files, start.node(), dir, child);
    } catch (IOException | IllegalArgumentException failure) {
      retired.accept(discard(files, start, dir, failure));
      throw new IOException("token " + start.token() + " cannot be started", failure);
    }
  }

  private static Path prepare(TaskFiles files, HostOrder.StartTask start, Consumer<Path> retired)
      throws IOException {
    try {
      return files.prepare(start);
    } catch (IOException failure) {
      Optional<Path> half = files.live(start.node(), start.token());
      if (half.isPresent()) {
        retired.accept(discard(files, start, half.get(), failure));
      }
      throw failure;
    }
  }

  /** The task will not start here: says so in its log, and how that counts. */
  static Exit refuse(
      TaskFiles files, HostOrder.StartTask start, Throwable cause, Consumer<Path> retired) {
    try {
      retired.accept(discard(files, start, prepare(files, start, retired), cause));
    } catch (IOException unwritable) {
      return new Exit(Exit.Kind.NOT_STARTED, 0);
    }
    return notStarted(cause);
  }

  /** Another host may do better, unless the job's own files are to blame. */
  static Exit notStarted(Throwable failure) {
    Throwable cause = failure;
    while (cause.getCause() != null) {
      cause = cause.getCause();
    }
    boolean files = cause instanceof Workdirs.Missing || cause instanceof Unpacking.Unsafe;
    return new Exit(files ? Exit.Kind.NO_WORKDIR : Exit.Kind.NOT_STARTED, 0);
  }

  /** Of a task that will not run: says why in its log, and leaves only that. */
  private static Path discard(
      TaskFiles files, HostOrder.StartTask start, Path dir, Throwable failure) throws IOException {
    Files.writeString(
        dir.resolve("log"),
        "mosu: the task cannot be started: " + failure.getMessage() + "\n",
        StandardOpenOption.CREATE,
        StandardOpenOption.APPEND);
    removeCgroups(dir);
    return files.retire(start.node(), dir);
  }

  private static void removeCgroups(Path dir) throws IOException {
    Path groups = dir.resolve("cgroup");
    if (Files.exists(groups)) {
      Files.readAllLines(groups).forEach(group -> Cgroups.remove(Path.of(group)));
    }
  }

  /**
   * Finds a task that an earlier life of the agent launched; empty if nothing of it may run.
   *
   * @param retired hears where its directory is then
   */
  static Optional<TaskProcess> adopt(
      TaskFiles files, NodeId node, long token, Consumer<Path> retired) throws IOException {
    Optional<Path> dir = files.live(node, token);
    if (dir.isPresent() && !Files.exists(dir.get().resolve("pid"))) {
      try {
        Files.createDirectory(dir.get().resolve("claim")); // now its runner will not begin
        removeCgroups(dir.get());
        retired.accept(files.retire(node, dir.get()));
        return Optional.empty();
      } catch (FileAlreadyExistsException begun) {
        // it is about to note its pid
      }
    }
    return dir.map(found -> new TaskProcess(files, node, found, null));
  }

  /** How a task ended of which nothing is left to adopt. */
  static Exit pastExit(TaskFiles files, NodeId node, long token) throws IOException {
    Optional<Path> dir = files.ended(node, token);
    if (dir.isEmpty() || !Files.exists(dir.get().resolve("pid"))) {
      return new Exit(Exit.Kind.NOT_STARTED, 0);
    }
    return exitIn(dir.get()).orElse(new Exit(Exit.Kind.LOST, 0));
  }

  /** Completes when the runner of a task that was launched here has ended; never of another. */
  CompletableFuture<?> ended() {
    return child == null ? new CompletableFuture<>() : child.onExit();
  }

  /** Whether its own command has taken over. */
  boolean begun() {
    return Files.exists(dir.resolve("begun"));
  }

  /** Whether an earlier life of the agent launched it, and its runner is gone. */
  boolean leftBehind() throws IOException {
    return child == null && !alive();
  }

  /** Whether its runner is alive, or may be about to note its pid. */
  boolean alive() throws IOException {
    return child == null ? files.runnerLives(dir) : child.isAlive();
  }

  /** Whether nothing of it is left. */
  boolean swept() throws IOException {
    return Files.exists(dir.resolve("swept")) && !alive();
  }

  /**
   * Ends all that is left of the task, after its own grace or {@code graceMs} if that is shorter;
   * completes with whether nothing is.
   */
  CompletableFuture<Boolean> stop(long graceMs) throws IOException {
    killed |= alive();
    return fork(files.script(false, "stop", dir.toString(), Long.toString(graceMs)), Map.of())
        .onExit()
        .thenApply(script -> script.exitValue() == 0);
  }

  /** Moves the task's directory to those that ended, and says how it ended and where it is now. */
  Ended retire() throws IOException {
    Exit otherwise =
        child != null
            ? Exit.ofProcess(child.exitValue())
            : killed ? Exit.ofProcess(Exit.CODE_KILLED) : new Exit(Exit.Kind.LOST, 0);
    Exit exit = exitIn(dir).orElse(otherwise);
    return new Ended(exit, files.retire(node, dir));
  }

  record Ended(Exit exit, Path dir) {}

  /** Starts a process that shares nothing with this one. */
  static Process fork(List<String> words, Map<String, String> environment) throws IOException {
    ProcessBuilder builder =
        new ProcessBuilder(words)
            .redirectInput(new File("/dev/null"))
            .redirectOutput(ProcessBuilder.Redirect.DISCARD)
            .redirectError(ProcessBuilder.Redirect.DISCARD);
    builder.environment().clear();
    builder.environment().put("PATH", System.getenv().getOrDefault("PATH", "/usr/bin:/bin"));
    String bootId = System.getenv("MOSU_BOOT_ID_FILE");
    if (bootId != null) {
      builder.environment().put("MOSU_BOOT_ID_FILE", bootId);
    }
    builder.environment().putAll(environment);
    return builder.start();
  }

  private static Optional<Exit> exitIn(Path dir) throws IOException {
    if (Files.exists(dir.resolve("fenced"))) {
      return Optional.of(new Exit(Exit.Kind.FENCED, Exit.CODE_KILLED));
    }
    Path noted = dir.resolve("exit");
    boolean late = Files.exists(dir.resolve("late"));
    if (!Files.exists(noted)) {
      return late
          ? Optional.of(new Exit(Exit.Kind.TIME_LIMIT, Exit.CODE_KILLED))
          : Optional.empty();
    }
    String text = Files.readString(noted, StandardCharsets.US_ASCII).strip();
    if (!text.matches("[0-9]{1,3}")) {
      return Optional.empty(); // the host lost its power as this was written: nobody saw the end
    }
    int code = Integer.parseInt(text);
    if (late) {
      return Optional.of(new Exit(Exit.Kind.TIME_LIMIT, code));
    }
    boolean starved = code != 0 && Files.exists(dir.resolve("oom"));
    return Optional.of(starved ? new Exit(Exit.Kind.OUT_OF_MEMORY, code) : Exit.ofProcess(code));
  }
}
