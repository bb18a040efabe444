// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.cli;

import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import org.jspecify.annotations.Nullable;

/**
 * A person, or a script, at a stream: what they type goes in, what comes out is written, the size
 * of their terminal and their signals follow. Streams may replace each other meanwhile.
 */
final class Attendance implements AutoCloseable {
  private static final int BYTES = 16 * 1024;

  private final Session session;
  private final Optional<LocalTerminal> terminal;
  private final AtomicReference<@Nullable StreamSocket> current = new AtomicReference<>();
  private final AtomicLong written = new AtomicLong();
  private boolean isReading;

  /**
   * @param isTerminal whether the far side has a terminal, so that keys go there as they are
   */
  Attendance(Session session, boolean isTerminal) {
    this.session = session;
    this.terminal = isTerminal ? LocalTerminal.find() : Optional.empty();
    if (isTerminal) {
      LocalTerminal.onSignal("WINCH", this::resize);
    } else {
      LocalTerminal.onSignal("INT", () -> signal("INT"));
      LocalTerminal.onSignal("TERM", () -> signal("TERM"));
    }
  }

  LocalTerminal.Size size() {
    return terminal.map(LocalTerminal::size).orElse(LocalTerminal.Size.UNKNOWN);
  }

  /** How much the far side has said so far, in bytes. */
  long written() {
    return written.get();
  }

  void startOver() {
    written.set(0);
  }

  StreamSocket.Output output() {
    return (bytes, error) -> {
      PrintStream to = error ? session.err() : session.out();
      to.write(bytes, 0, bytes.length);
      to.flush();
      written.addAndGet(bytes.length);
      if (to.checkError()) {
        throw new IOException("nobody reads");
      }
    };
  }

  /** Attends to {@code stream} until it ends. */
  StreamEnding attend(StreamSocket stream) {
    current.set(stream);
    if (!isReading) {
      isReading = true;
      terminal.ifPresent(LocalTerminal::raw);
      Thread reader = new Thread(this::read, "input");
      reader.setDaemon(true);
      reader.start();
    }
    try (stream) {
      return stream.ended().join();
    } finally {
      current.set(null);
    }
  }

  private void read() {
    byte[] bytes = new byte[BYTES];
    InputStream in = session.in();
    try {
      for (int n = in.read(bytes); n >= 0; n = in.read(bytes)) {
        StreamSocket stream = current.get();
        if (stream != null) {
          stream.input(bytes, n);
        }
      }
    } catch (IOException unreadable) {
      // as at its end
    }
    StreamSocket stream = current.get();
    if (stream != null) {
      stream.endInput();
    }
  }

  private void resize() {
    StreamSocket stream = current.get();
    LocalTerminal.Size size = size();
    if (stream != null && size.rows() > 0) {
      stream.resize(size.rows(), size.columns());
    }
  }

  private void signal(String name) {
    StreamSocket stream = current.get();
    if (stream != null) {
      stream.signal(name);
    }
  }

  @Override
  public void close() {
    terminal.ifPresent(LocalTerminal::close);
  }
}
