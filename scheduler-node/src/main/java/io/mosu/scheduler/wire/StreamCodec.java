// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import com.google.protobuf.ByteString;
import io.mosu.protocol.v1.StreamChannel;
import io.mosu.protocol.v1.StreamClosed;
import io.mosu.protocol.v1.StreamCommand;
import io.mosu.protocol.v1.StreamCredit;
import io.mosu.protocol.v1.StreamData;
import io.mosu.protocol.v1.StreamEnd;
import io.mosu.protocol.v1.StreamOpened;
import io.mosu.protocol.v1.StreamPort;
import io.mosu.protocol.v1.StreamRefused;
import io.mosu.protocol.v1.StreamResize;
import io.mosu.protocol.v1.StreamSignal;
import io.mosu.protocol.v1.StreamTerminal;
import io.mosu.scheduler.host.StreamOpen;
import io.mosu.scheduler.host.StreamPart;
import io.mosu.scheduler.host.StreamSaid;
import io.mosu.scheduler.model.NodeId;
import java.util.Arrays;
import java.util.List;

/** The streams of {@code agent.proto}. */
final class StreamCodec {

  private static final int EXIT_CODE_MAX = 255;
  private static final int PORT_MAX = 65_535;

  static final List<Binding<?, ?>> BINDINGS =
      List.of(
          new Binding<>(
              StreamOpen.class,
              "stream.open",
              StreamCodec::encode,
              io.mosu.protocol.v1.StreamOpen.parser(),
              StreamCodec::decode),
          new Binding<>(
              StreamSaid.class,
              "stream.said",
              StreamCodec::encode,
              io.mosu.protocol.v1.StreamSaid.parser(),
              StreamCodec::decode));

  private StreamCodec() {}

  static io.mosu.protocol.v1.StreamOpen encode(StreamOpen open) {
    var message =
        io.mosu.protocol.v1.StreamOpen.newBuilder()
            .setNode(open.node().value())
            .setToken(open.token());
    if (open.target() instanceof StreamOpen.Command command) {
      message.setCommand(
          StreamCommand.newBuilder()
              .addAllArgv(command.argv())
              .setTerminal(command.terminal())
              .setRows(command.rows())
              .setColumns(command.columns()));
    } else if (open.target() instanceof StreamOpen.Terminal terminal) {
      message.setTerminal(
          StreamTerminal.newBuilder()
              .setRows(terminal.rows())
              .setColumns(terminal.columns())
              .setOffset(terminal.offset()));
    } else if (open.target() instanceof StreamOpen.Port port) {
      message.setPort(StreamPort.newBuilder().setPort(port.port()));
    }
    return message.build();
  }

  static StreamOpen decode(io.mosu.protocol.v1.StreamOpen open) {
    return new StreamOpen(
        new NodeId(open.getNode()), Check.count(open.getToken(), "token"), target(open));
  }

  private static StreamOpen.Target target(io.mosu.protocol.v1.StreamOpen open) {
    return switch (open.getTargetCase()) {
      case COMMAND -> {
        StreamCommand command = open.getCommand();
        yield new StreamOpen.Command(
            command.getArgvList(),
            command.getTerminal(),
            side(command.getRows()),
            side(command.getColumns()));
      }
      case TERMINAL ->
          new StreamOpen.Terminal(
              side(open.getTerminal().getRows()),
              side(open.getTerminal().getColumns()),
              Check.count(open.getTerminal().getOffset(), "offset"));
      case PORT ->
          new StreamOpen.Port(Check.between(open.getPort().getPort(), 0, PORT_MAX, "port"));
      case TARGET_NOT_SET -> throw new IllegalArgumentException("no target");
    };
  }

  static io.mosu.protocol.v1.StreamSaid encode(StreamSaid said) {
    var message =
        io.mosu.protocol.v1.StreamSaid.newBuilder()
            .setStream(said.stream())
            .setSequence(said.sequence());
    StreamPart part = said.part();
    if (part instanceof StreamPart.Opened) {
      message.setOpened(StreamOpened.getDefaultInstance());
    } else if (part instanceof StreamPart.Refused refused) {
      message.setRefused(
          StreamRefused.newBuilder()
              .setReason(EnumCodec.encode(refused.reason()))
              .setDetail(refused.detail()));
    } else if (part instanceof StreamPart.Data data) {
      message.setData(
          StreamData.newBuilder()
              .setChannel(encode(data.channel()))
              .setData(ByteString.copyFrom(data.bytes()))
              .setLast(data.last()));
    } else if (part instanceof StreamPart.Credit credit) {
      message.setCredit(StreamCredit.newBuilder().setBytes(credit.bytes()));
    } else if (part instanceof StreamPart.Resize resize) {
      message.setResize(
          StreamResize.newBuilder().setRows(resize.rows()).setColumns(resize.columns()));
    } else if (part instanceof StreamPart.Signal signal) {
      message.setSignal(StreamSignal.newBuilder().setNumber(signal.kind().number()));
    } else if (part instanceof StreamPart.Closed closed) {
      message.setClosed(
          StreamClosed.newBuilder()
              .setEnd(encode(closed.end()))
              .setExitCode(closed.exitCode())
              .setDetail(closed.detail()));
    }
    return message.build();
  }

  static StreamSaid decode(io.mosu.protocol.v1.StreamSaid said) {
    return new StreamSaid(
        Check.count(said.getStream(), "stream"),
        Check.count(said.getSequence(), "sequence"),
        part(said));
  }

  private static StreamPart part(io.mosu.protocol.v1.StreamSaid said) {
    return switch (said.getPartCase()) {
      case OPENED -> new StreamPart.Opened();
      case REFUSED ->
          new StreamPart.Refused(
              EnumCodec.decode(said.getRefused().getReason()),
              Check.text(said.getRefused().getDetail(), "detail"));
      case DATA -> {
        StreamData data = said.getData();
        Check.between(data.getData().size(), 0, StreamPart.BYTES_MAX, "bytes of data");
        yield new StreamPart.Data(
            decode(data.getChannel()), data.getData().toByteArray(), data.getLast());
      }
      case CREDIT ->
          new StreamPart.Credit(Check.count(said.getCredit().getBytes(), "bytes of credit"));
      case RESIZE ->
          new StreamPart.Resize(
              side(said.getResize().getRows()), side(said.getResize().getColumns()));
      case SIGNAL -> new StreamPart.Signal(signal(said.getSignal().getNumber()));
      case CLOSED -> {
        StreamClosed closed = said.getClosed();
        yield new StreamPart.Closed(
            decode(closed.getEnd()),
            Check.between(closed.getExitCode(), 0, EXIT_CODE_MAX, "exit code"),
            Check.text(closed.getDetail(), "detail"));
      }
      case PART_NOT_SET -> throw new IllegalArgumentException("no part");
    };
  }

  private static int side(int cells) {
    return Check.between(cells, 0, StreamOpen.SIDE_MAX, "side of a terminal");
  }

  private static StreamPart.Signal.Kind signal(int number) {
    return Arrays.stream(StreamPart.Signal.Kind.values())
        .filter(kind -> kind.number() == number)
        .findFirst()
        .orElseThrow(() -> new IllegalArgumentException("signal " + number));
  }

  private static StreamChannel encode(StreamPart.Channel channel) {
    return switch (channel) {
      case INPUT -> StreamChannel.STREAM_CHANNEL_INPUT;
      case OUTPUT -> StreamChannel.STREAM_CHANNEL_OUTPUT;
      case ERROR -> StreamChannel.STREAM_CHANNEL_ERROR;
    };
  }

  private static StreamPart.Channel decode(StreamChannel channel) {
    return switch (channel) {
      case STREAM_CHANNEL_INPUT -> StreamPart.Channel.INPUT;
      case STREAM_CHANNEL_OUTPUT -> StreamPart.Channel.OUTPUT;
      case STREAM_CHANNEL_ERROR -> StreamPart.Channel.ERROR;
      case STREAM_CHANNEL_UNSPECIFIED, UNRECOGNIZED -> throw EnumCodec.unknown(channel);
    };
  }

  private static StreamEnd encode(StreamPart.End end) {
    return switch (end) {
      case EXITED -> StreamEnd.STREAM_END_EXITED;
      case FINISHED -> StreamEnd.STREAM_END_FINISHED;
      case LEFT -> StreamEnd.STREAM_END_LEFT;
      case IDLE -> StreamEnd.STREAM_END_IDLE;
      case TOO_LONG -> StreamEnd.STREAM_END_TOO_LONG;
      case BROKEN -> StreamEnd.STREAM_END_BROKEN;
    };
  }

  private static StreamPart.End decode(StreamEnd end) {
    return switch (end) {
      case STREAM_END_EXITED -> StreamPart.End.EXITED;
      case STREAM_END_FINISHED -> StreamPart.End.FINISHED;
      case STREAM_END_LEFT -> StreamPart.End.LEFT;
      case STREAM_END_IDLE -> StreamPart.End.IDLE;
      case STREAM_END_TOO_LONG -> StreamPart.End.TOO_LONG;
      case STREAM_END_BROKEN -> StreamPart.End.BROKEN;
      case STREAM_END_UNSPECIFIED, UNRECOGNIZED -> throw EnumCodec.unknown(end);
    };
  }
}
