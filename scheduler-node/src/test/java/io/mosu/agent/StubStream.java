// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.agent;

import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamPump;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.Wire;
import io.mosu.scheduler.node.NodeEntity;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import org.apache.pekko.actor.testkit.typed.javadsl.ActorTestKit;
import org.apache.pekko.actor.testkit.typed.javadsl.TestProbe;
import org.apache.pekko.actor.typed.ActorRef;

/** The client's side of a stream, as a test plays it. */
final class StubStream {
  private static final Duration LIMIT = Duration.ofSeconds(20);

  private final TestProbe<Wire> probe;
  private final ActorRef<Wire> session;
  private final StringBuilder output = new StringBuilder();
  private final StringBuilder error = new StringBuilder();
  private final StreamPump pump;
  private long stream;

  StubStream(ActorTestKit kit, ActorRef<Wire> session, StreamOpen open) {
    this.probe = kit.createTestProbe(Wire.class);
    this.session = session;
    this.pump =
        new StreamPump(
            new StreamPump.Ends() {
              @Override
              public void toPeer(long sequence, StreamPart part) {
                session.tell(new StreamSaid(stream, sequence, part));
              }

              @Override
              public void toLocal(StreamPart part) {
                StreamPart.Data data = (StreamPart.Data) part;
                (data.channel() == StreamPart.Channel.ERROR ? error : output)
                    .append(new String(data.bytes(), StandardCharsets.UTF_8));
              }
            });
    session.tell(new NodeEntity.OpenStream(open, probe.ref()));
    stream = ((NodeEntity.StreamRouted) probe.receiveMessage(LIMIT)).stream();
  }

  /** The first part: opened or refused. */
  StreamPart first() {
    StreamSaid said = (StreamSaid) probe.receiveMessage(LIMIT);
    pump.follows(said.sequence());
    return said.part();
  }

  StubStream opened() {
    if (!(first() instanceof StreamPart.Opened)) {
      throw new AssertionError("not opened");
    }
    return this;
  }

  void type(String text) {
    say(
        new StreamPart.Data(
            StreamPart.Channel.INPUT, text.getBytes(StandardCharsets.UTF_8), false));
  }

  void end() {
    say(new StreamPart.Data(StreamPart.Channel.INPUT, new byte[0], true));
  }

  void say(StreamPart part) {
    pump.fromLocal(part, () -> {});
  }

  void leave() {
    session.tell(new StreamSaid(stream, 0, new StreamPart.Closed(StreamPart.End.LEFT, 0, "")));
  }

  /** Reads until the output has {@code text}. */
  StubStream until(String text) {
    while (output.indexOf(text) < 0) {
      StreamPart part = next();
      if (part instanceof StreamPart.Closed) {
        throw new AssertionError("closed: " + part + ", output: " + output);
      }
    }
    return this;
  }

  /** Reads to the end. */
  StreamPart.Closed closed() {
    while (true) {
      if (next() instanceof StreamPart.Closed closed) {
        return closed;
      }
    }
  }

  String output() {
    return output.toString();
  }

  String error() {
    return error.toString();
  }

  private StreamPart next() {
    StreamSaid said = (StreamSaid) probe.receiveMessage(LIMIT);
    if (!(said.part() instanceof StreamPart.Closed)) {
      if (!pump.follows(said.sequence()) || !pump.fromPeer(said.part())) {
        throw new AssertionError("against the rules: " + said);
      }
      if (said.part() instanceof StreamPart.Data) {
        pump.taken();
      }
    }
    return said.part();
  }
}
