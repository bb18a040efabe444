// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.model.Refusal;
import java.io.IOException;
import java.io.InputStream;
import java.io.InterruptedIOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** The terminal that a task runs on: its keyboard is a named pipe, its screen is the task's log. */
final class TerminalEnd implements FarEnd {
  private static final long LOOK_NS = TimeUnit.MILLISECONDS.toNanos(10);

  private final TaskFiles files;
  private final Path dir;
  private final FileChannel keyboard;
  private final OutputStream keys;
  private final Screen screen;

  private TerminalEnd(TaskFiles files, Path dir, FileChannel keyboard, Screen screen) {
    this.files = files;
    this.dir = dir;
    this.keyboard = keyboard;
    this.keys = Channels.newOutputStream(keyboard);
    this.screen = screen;
  }

  static TerminalEnd open(TaskFiles files, Path dir, StreamOpen asked, StreamOpen.Terminal terminal)
      throws StreamRefusal {
    if (!Files.exists(dir.resolve("terminal"))) {
      throw new StreamRefusal(Refusal.NO_TERMINAL, "the task does not run on a terminal");
    }
    try {
      // for reading as well: a pipe that its reader has yet to open would block
      FileChannel keyboard =
          FileChannel.open(dir.resolve("input"), StandardOpenOption.READ, StandardOpenOption.WRITE);
      return new TerminalEnd(files, dir, keyboard, new Screen(files, asked, terminal.offset()));
    } catch (IOException notYet) {
      throw new StreamRefusal(Refusal.NOT_RUNNING, "the task's terminal is not there yet");
    }
  }

  @Override
  public List<Output> outputs() {
    return List.of(new Output(StreamPart.Channel.OUTPUT, screen));
  }

  @Override
  public OutputStream input() {
    return keys;
  }

  @Override
  public CompletionStage<Boolean> resize(int rows, int columns) throws IOException {
    Optional<ProcessHandle> runner = files.runner(dir);
    return runner.isPresent()
        ? Terminals.resize(runner.get(), rows, columns)
        : CompletableFuture.completedStage(false);
  }

  /** Keys make signals here. */
  @Override
  public void signal(StreamPart.Signal.Kind kind) {}

  @Override
  public CompletionStage<Integer> exit() {
    return CompletableFuture.completedStage(-1);
  }

  @Override
  public void close() {
    try {
      keyboard.close(); // a write that waits ends with it
    } catch (IOException broken) {
      return; // then it is closed as well
    }
  }

  /** All that the task ever wrote, and what it goes on to write. */
  private static final class Screen extends InputStream {
    private final TaskFiles files;
    private final StreamOpen asked;
    private long offset;

    Screen(TaskFiles files, StreamOpen asked, long offset) {
      this.files = files;
      this.asked = asked;
      this.offset = offset;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] into, int at, int length) throws IOException {
      while (true) {
        LogRead.Piece piece =
            TaskLog.read(files, new LogRead(asked.node(), asked.token(), offset, length, 0));
        if (piece.bytes().length > 0) {
          System.arraycopy(piece.bytes(), 0, into, at, piece.bytes().length);
          offset = piece.offset() + piece.bytes().length;
          return piece.bytes().length;
        }
        if (piece.ended() || !piece.known()) {
          return -1;
        }
        LockSupport.parkNanos(this, LOOK_NS);
        if (Thread.interrupted()) {
          throw new InterruptedIOException();
        }
      }
    }
  }
}
