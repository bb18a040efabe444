// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamPump;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.Refusal;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.apache.pekko.actor.typed.Behavior;
import org.apache.pekko.actor.typed.PostStop;
import org.apache.pekko.actor.typed.javadsl.AbstractBehavior;
import org.apache.pekko.actor.typed.javadsl.ActorContext;
import org.apache.pekko.actor.typed.javadsl.Behaviors;
import org.apache.pekko.actor.typed.javadsl.Receive;
import org.apache.pekko.actor.typed.javadsl.TimerScheduler;
import org.jspecify.annotations.Nullable;

/** The agent's side of one stream. It opens it, so it needs a dispatcher that may block. */
final class StreamActor extends AbstractBehavior<StreamActor.Command> {

  /** What a command said before its end may still be on its way. */
  private static final Duration DRAIN_LIMIT = Duration.ofMillis(500);

  private static final Duration RESIZE_AGAIN = Duration.ofMillis(50);
  private static final int RESIZE_TRIES = 200; // a busy host starts a terminal late

  sealed interface Command {}

  record Said(StreamSaid said) implements Command {}

  private record FarRead(StreamPart.Data data, Runnable sent) implements Command {}

  private record Exited(int code) implements Command {}

  /** A terminal of which there may be none yet; {@code then} says what goes on with it. */
  private record Size(int rows, int columns, int triesLeft, Far then) implements Command {}

  private record Sized(Size size, boolean done) implements Command {}

  private enum Far implements Command {
    READY,
    WRITTEN,
    OUTPUT_ENDED,
    DRAINED
  }

  private final Consumer<StreamSaid> answer;
  private final long stream;
  private final TimerScheduler<Command> timers;
  private final FarEnd far;
  private @Nullable FarThreads threads;
  private final StreamPump pump;
  private int outputs;
  private Optional<Integer> exit = Optional.empty();

  /** Says opened or refused, and then what the stream brings. */
  static Behavior<Command> create(
      TaskFiles files, long stream, StreamOpen open, Consumer<StreamSaid> answer) {
    return Behaviors.setup(
        context ->
            Behaviors.withTimers(
                timers -> {
                  context.setLoggerName(StreamActor.class);
                  try {
                    return new StreamActor(
                        context, timers, open(files, open), stream, open, answer);
                  } catch (StreamRefusal refusal) {
                    answer.accept(new StreamSaid(stream, 1, refusal.part()));
                    return Behaviors.stopped();
                  }
                }));
  }

  private static FarEnd open(TaskFiles files, StreamOpen open) throws StreamRefusal {
    try {
      Optional<Path> dir = files.live(open.node(), open.token());
      if (dir.isEmpty() || !files.runnerLives(dir.get())) {
        throw new StreamRefusal(Refusal.NOT_RUNNING, "the task has no process on its host");
      }
      if (open.target() instanceof StreamOpen.Command command) {
        if (Files.exists(dir.get().resolve("contained"))) { // beside it would be on the host
          throw new StreamRefusal(
              Refusal.NO_CONTAINERS, "commands cannot be run in the containers of tasks yet");
        }
        return CommandEnd.open(files, dir.get(), command);
      } else if (open.target() instanceof StreamOpen.Terminal terminal) {
        return TerminalEnd.open(files, dir.get(), open, terminal);
      }
      int port = ((StreamOpen.Port) open.target()).port();
      if (!files.ports(dir.get()).contains(port)) {
        throw new StreamRefusal(
            Refusal.PORT_NOT_DECLARED, "the task's job has not declared port " + port);
      }
      return PortEnd.open(port);
    } catch (IOException unreadable) {
      throw new StreamRefusal(Refusal.NOT_RUNNING, "the task cannot be found on its host");
    }
  }

  private StreamActor(
      ActorContext<Command> context,
      TimerScheduler<Command> timers,
      FarEnd far,
      long stream,
      StreamOpen open,
      Consumer<StreamSaid> answer) {
    super(context);
    this.timers = timers;
    this.far = far;
    this.answer = answer;
    this.stream = stream;
    this.outputs = far.outputs().size();
    pump = new StreamPump(ends());
    if (open.target() instanceof StreamOpen.Terminal terminal && terminal.rows() > 0) {
      onSize(new Size(terminal.rows(), terminal.columns(), RESIZE_TRIES, Far.READY));
    } else {
      onReady();
    }
  }

  private Behavior<Command> onReady() {
    pump.say(new StreamPart.Opened());
    threads = FarThreads.start(far, listener());
    getContext().pipeToSelf(far.exit(), (code, failure) -> new Exited(failure == null ? code : -1));
    return this;
  }

  private StreamPump.Ends ends() {
    return new StreamPump.Ends() {
      @Override
      public void toPeer(long sequence, StreamPart part) {
        answer.accept(new StreamSaid(stream, sequence, part));
      }

      @Override
      public void toLocal(StreamPart part) {
        deliver(part);
      }
    };
  }

  private FarThreads.Listener listener() {
    var self = getContext().getSelf();
    return new FarThreads.Listener() {
      @Override
      public void read(StreamPart.Data data, Runnable sent) {
        self.tell(new FarRead(data, sent));
      }

      @Override
      public void ended() {
        self.tell(Far.OUTPUT_ENDED);
      }

      @Override
      public void written() {
        self.tell(Far.WRITTEN);
      }
    };
  }

  @Override
  public Receive<Command> createReceive() {
    return newReceiveBuilder()
        .onMessage(Said.class, this::onSaid)
        .onMessage(FarRead.class, this::onFarRead)
        .onMessage(Exited.class, this::onExited)
        .onMessage(Size.class, this::onSize)
        .onMessage(Sized.class, this::onSized)
        .onMessageEquals(Far.READY, this::onReady)
        .onMessageEquals(Far.WRITTEN, this::onWritten)
        .onMessageEquals(Far.OUTPUT_ENDED, this::onOutputEnded)
        .onMessageEquals(Far.DRAINED, this::onDrained)
        .onSignal(PostStop.class, this::onStop)
        .build();
  }

  private Behavior<Command> onSaid(Said said) {
    StreamPart part = said.said().part();
    if (part instanceof StreamPart.Closed) {
      return Behaviors.stopped();
    }
    if (!pump.follows(said.said().sequence()) || !pump.fromPeer(part)) {
      pump.say(new StreamPart.Closed(StreamPart.End.BROKEN, 0, "a part of the stream was lost"));
      return Behaviors.stopped();
    }
    return this;
  }

  private void deliver(StreamPart part) {
    if (part instanceof StreamPart.Data data && threads != null) {
      threads.write(data);
      return;
    } else if (part instanceof StreamPart.Resize resize) {
      onSize(new Size(resize.rows(), resize.columns(), RESIZE_TRIES, Far.WRITTEN));
      return;
    } else if (part instanceof StreamPart.Signal signal) {
      try {
        far.signal(signal.kind());
      } catch (IOException failure) {
        getContext().getLog().warn("signal not passed on", failure);
      }
    }
    getContext().getSelf().tell(Far.WRITTEN);
  }

  private Behavior<Command> onFarRead(FarRead read) {
    pump.fromLocal(read.data(), read.sent());
    return draining();
  }

  private Behavior<Command> onWritten() {
    pump.taken();
    return this;
  }

  private Behavior<Command> onSize(Size size) {
    try {
      getContext()
          .pipeToSelf(
              far.resize(size.rows(), size.columns()),
              (done, failure) -> new Sized(size, Boolean.TRUE.equals(done)));
    } catch (IOException failure) {
      getContext().getLog().warn("terminal not resized", failure);
      getContext().getSelf().tell(size.then());
    }
    return this;
  }

  /** What is typed after a change of size meets the new size. */
  private Behavior<Command> onSized(Sized sized) {
    Size size = sized.size();
    if (sized.done() || size.triesLeft() == 0) {
      getContext().getSelf().tell(size.then());
    } else {
      timers.startSingleTimer(
          new Size(size.rows(), size.columns(), size.triesLeft() - 1, size.then()), RESIZE_AGAIN);
    }
    return this;
  }

  private Behavior<Command> onExited(Exited exited) {
    exit = Optional.of(exited.code());
    return outputs == 0 ? finish() : draining();
  }

  /** Something that the command left behind may hold its output open for ever. */
  private Behavior<Command> draining() {
    if (exit.filter(code -> code >= 0).isPresent()) {
      timers.startSingleTimer(Far.DRAINED, DRAIN_LIMIT);
    }
    return this;
  }

  private Behavior<Command> onDrained() {
    return pump.allSent() ? finish() : draining();
  }

  private Behavior<Command> onOutputEnded() {
    outputs--;
    return outputs == 0 && exit.isPresent() ? finish() : this;
  }

  private Behavior<Command> finish() {
    int code = exit.orElse(-1);
    pump.say(
        code >= 0
            ? new StreamPart.Closed(StreamPart.End.EXITED, code, "")
            : new StreamPart.Closed(StreamPart.End.FINISHED, 0, ""));
    return Behaviors.stopped();
  }

  private Behavior<Command> onStop(PostStop stop) {
    if (threads != null) {
      threads.stop();
    } else {
      far.close();
    }
    return this;
  }
}
