// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamPart;
import java.io.IOException;
import java.io.OutputStream;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Semaphore;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The threads that read and write a {@link FarEnd}: one each way, because all of it blocks, and the
 * threads that keep the leases must never be short.
 */
final class FarThreads {

  /** All that live, also of streams that are over: a grandchild may hold on to a pipe. */
  private static final AtomicInteger LIVING = new AtomicInteger();

  /** Hears of the far end, on its threads: it must only tell somebody. */
  interface Listener {

    /** The thread goes on once {@code sent} has run. */
    void read(StreamPart.Data data, Runnable sent);

    void ended();

    void written();
  }

  private final FarEnd far;
  private final Listener listener;
  private final List<Thread> threads = new ArrayList<>();
  private final BlockingQueue<StreamPart.Data> toWrite = new ArrayBlockingQueue<>(1);

  private FarThreads(FarEnd far, Listener listener) {
    this.far = far;
    this.listener = listener;
  }

  static int living() {
    return LIVING.get();
  }

  static FarThreads start(FarEnd far, Listener listener) {
    FarThreads started = new FarThreads(far, listener);
    far.outputs().forEach(output -> started.start(() -> started.read(output)));
    started.start(started::write);
    return started;
  }

  /** Writes {@code data}; the next comes after {@link Listener#written}. */
  void write(StreamPart.Data data) {
    if (!toWrite.offer(data)) {
      throw new IllegalStateException("more to write before the last was written");
    }
  }

  void stop() {
    far.close();
    threads.forEach(Thread::interrupt);
  }

  private void start(Runnable work) {
    LIVING.incrementAndGet();
    Thread thread =
        new Thread(
            () -> {
              try {
                work.run();
              } finally {
                LIVING.decrementAndGet();
              }
            },
            "stream");
    thread.setDaemon(true);
    threads.add(thread);
    thread.start();
  }

  private void read(FarEnd.Output output) {
    byte[] buffer = new byte[StreamPart.BYTES_MAX];
    Semaphore sent = new Semaphore(0);
    try {
      for (int n = output.bytes().read(buffer); n >= 0; n = output.bytes().read(buffer)) {
        if (n > 0) {
          byte[] bytes = Arrays.copyOf(buffer, n);
          listener.read(new StreamPart.Data(output.channel(), bytes, false), sent::release);
          sent.acquire();
        }
      }
    } catch (IOException | InterruptedException over) {
      // as by the far side's end
    }
    listener.ended();
  }

  /** What cannot be written is taken all the same: a command may close its input early. */
  private void write() {
    boolean open = true;
    try {
      while (true) {
        StreamPart.Data data = toWrite.take();
        open = open && written(data);
        listener.written();
      }
    } catch (InterruptedException over) {
      return; // by stop
    }
  }

  private boolean written(StreamPart.Data data) {
    try {
      OutputStream input = far.input();
      input.write(data.bytes());
      input.flush();
      if (data.last()) {
        input.close();
      }
      return !data.last();
    } catch (IOException closed) {
      return false;
    }
  }
}
