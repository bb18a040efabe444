// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.mosu.protocol.v1.LogPiece;
import io.mosu.protocol.v1.LogReadAnswer;
import io.mosu.protocol.v1.TaskExited;
import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import io.mosu.scheduler.host.LogRead;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.Grant;
import io.mosu.scheduler.model.JobId;
import io.mosu.scheduler.model.NodeId;
import io.mosu.scheduler.model.TaskSpec;
import io.mosu.scheduler.model.TenantId;
import io.mosu.scheduler.model.Wire;
import java.util.Arrays;
import java.util.List;
import java.util.SplittableRandom;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.apache.pekko.actor.testkit.typed.javadsl.TestInbox;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class AgentFramesTest {

  private static final TestInbox<Wire> ANSWERS = TestInbox.create();
  private static final NodeId NODE = new NodeId("shanghai-1");

  static Stream<Class<?>> contents() {
    return Stream.of(
            HostReport.class.getPermittedSubclasses(),
            HostOrder.class.getPermittedSubclasses(),
            new Class<?>[] {LogRead.class, LogRead.Piece.class, StreamOpen.class, StreamSaid.class})
        .flatMap(Arrays::stream);
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("contents")
  void everyFrameComesBackAsItWent(Class<?> content) throws BadFrame {
    SplittableRandom random = new SplittableRandom(content.getName().hashCode());
    for (int i = 0; i < 100; i++) {
      AgentFrame frame = frame(content, random);
      assertThat(AgentFrames.decode(AgentFrames.encode(frame)))
          .usingRecursiveComparison()
          .isEqualTo(frame);
    }
  }

  @Test
  void damagedFramesAreBadFramesOrFrames() {
    SplittableRandom random = new SplittableRandom(65_536);
    List<Class<?>> contents = contents().toList();
    int bad = 0;
    for (int i = 0; i < 6_000; i++) {
      AgentFrame frame = frame(contents.get(random.nextInt(contents.size())), random);
      byte[] damaged = Damaged.from(AgentFrames.encode(frame), random);
      try {
        AgentFrame read = AgentFrames.decode(damaged);
        assertThat(AgentFrames.encode(read)).hasSizeLessThanOrEqualTo(AgentFrames.BYTES_MAX);
      } catch (BadFrame e) {
        assertThat(e).hasMessageNotContaining("null");
        bad++;
      }
    }
    assertThat(bad).isGreaterThan(1_500);
  }

  @Test
  void emptyTruncatedAndDeeplyNestedFramesAreBad() {
    assertThatThrownBy(() -> AgentFrames.decode(new byte[0])).isInstanceOf(BadFrame.class);
    byte[] sound = AgentFrames.encode(new AgentFrame.Report(new HostReport.TaskStarted(NODE, 7)));
    for (int length = 1; length < sound.length; length++) {
      byte[] cut = Arrays.copyOf(sound, length);
      assertThatThrownBy(() -> AgentFrames.decode(cut)).isInstanceOf(BadFrame.class);
    }
    byte[] groups = new byte[1_000];
    Arrays.fill(groups, (byte) 0x7b); // field 15, start of a group
    assertThatThrownBy(() -> AgentFrames.decode(groups)).isInstanceOf(BadFrame.class);
  }

  @Test
  void largeFramesAreNeitherReadNorWritten() {
    assertThatThrownBy(() -> AgentFrames.decode(new byte[AgentFrames.BYTES_MAX + 1]))
        .isInstanceOf(BadFrame.class)
        .hasMessageContaining("65537 bytes");
    TaskSpec spec = new TaskSpec(List.of("x".repeat(AgentFrames.BYTES_MAX)), new TreeMap<>());
    HostOrder start =
        new HostOrder.StartTask(
            NODE,
            1,
            1,
            new JobId(new TenantId("t"), 1),
            0,
            1,
            "",
            0,
            new Grant(List.of(), 0, 0, 0),
            spec);
    assertThatThrownBy(() -> AgentFrames.encode(new AgentFrame.Order(start)))
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("START_TASK");
  }

  @Test
  void valuesOutOfRangeAreBad() {
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setTaskExited(TaskExited.newBuilder().setNode("n").setToken(1)),
        "no exit");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setTaskStarted(io.mosu.protocol.v1.TaskStarted.newBuilder().setNode("n").setToken(-1)),
        "token is -1");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setTaskStarted(io.mosu.protocol.v1.TaskStarted.newBuilder().setToken(1)),
        "node id");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setLogPiece(
                LogReadAnswer.newBuilder()
                    .setPiece(
                        LogPiece.newBuilder()
                            .setData(
                                com.google.protobuf.ByteString.copyFrom(
                                    new byte[LogRead.BYTES_MAX + 1])))),
        "bytes of data");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setStreamSaid(
                io.mosu.protocol.v1.StreamSaid.newBuilder()
                    .setSignal(io.mosu.protocol.v1.StreamSignal.newBuilder().setNumber(9))),
        "signal 9");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setStreamSaid(
                io.mosu.protocol.v1.StreamSaid.newBuilder()
                    .setData(
                        io.mosu.protocol.v1.StreamData.newBuilder()
                            .setChannel(io.mosu.protocol.v1.StreamChannel.STREAM_CHANNEL_INPUT)
                            .setData(
                                com.google.protobuf.ByteString.copyFrom(
                                    new byte[StreamPart.BYTES_MAX + 1])))),
        "bytes of data");
    assertBad(
        io.mosu.protocol.v1.AgentFrame.newBuilder()
            .setHello(
                io.mosu.protocol.v1.Hello.newBuilder()
                    .setNode("n")
                    .setInventory(
                        io.mosu.protocol.v1.Inventory.newBuilder().setSite("\u001b[2Jroot"))),
        "site");
  }

  private static void assertBad(io.mosu.protocol.v1.AgentFrame.Builder frame, String complaint) {
    byte[] bytes = frame.build().toByteArray();
    assertThatThrownBy(() -> AgentFrames.decode(bytes))
        .isInstanceOf(BadFrame.class)
        .hasMessageContaining(complaint);
  }

  private static AgentFrame frame(Class<?> content, SplittableRandom random) {
    Object value = new Samples(random, ANSWERS.getRef()).any(content);
    if (value instanceof HostReport report) {
      return new AgentFrame.Report(report);
    } else if (value instanceof HostOrder order) {
      return new AgentFrame.Order(order);
    } else if (value instanceof LogRead read) {
      return new AgentFrame.Read(random.nextLong(), read);
    } else if (value instanceof StreamOpen open) {
      return new AgentFrame.Open(random.nextLong(Long.MAX_VALUE), open);
    } else if (value instanceof StreamSaid said) {
      return new AgentFrame.Said(said);
    }
    return new AgentFrame.Piece(random.nextLong(), (LogRead.Piece) value);
  }
}
