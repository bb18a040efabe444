// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.protocol.v1.LogReadAnswer;
import io.mosu.protocol.v1.LogReadRequest;
import io.mosu.protocol.v1.StreamOpening;
import io.mosu.scheduler.host.AgentFrame;
import io.mosu.scheduler.host.HostOrder;
import io.mosu.scheduler.host.HostReport;
import java.io.IOException;

/** What an agent and a door say to each other, as bytes. */
public final class AgentFrames {

  /** The largest frame, in bytes. */
  public static final int BYTES_MAX = 64 * 1024;

  private AgentFrames() {}

  /**
   * The bytes of {@code frame}.
   *
   * @throws IllegalArgumentException if they are more than {@link #BYTES_MAX}
   */
  public static byte[] encode(AgentFrame frame) {
    var message = io.mosu.protocol.v1.AgentFrame.newBuilder();
    if (frame instanceof AgentFrame.Report report) {
      put(report.report(), message);
    } else if (frame instanceof AgentFrame.Order order) {
      put(order.order(), message);
    } else if (frame instanceof AgentFrame.Read read) {
      message.setLogRead(
          LogReadRequest.newBuilder()
              .setRequest(read.request())
              .setRead(HostCodec.encode(read.read())));
    } else if (frame instanceof AgentFrame.Piece piece) {
      message.setLogPiece(
          LogReadAnswer.newBuilder()
              .setRequest(piece.request())
              .setPiece(HostCodec.encode(piece.piece())));
    } else if (frame instanceof AgentFrame.Open open) {
      message.setStreamOpening(
          StreamOpening.newBuilder()
              .setStream(open.stream())
              .setOpen(StreamCodec.encode(open.open())));
    } else if (frame instanceof AgentFrame.Said said) {
      message.setStreamSaid(StreamCodec.encode(said.said()));
    }
    byte[] bytes = message.build().toByteArray();
    if (bytes.length > BYTES_MAX) {
      throw new IllegalArgumentException(
          "a %s of %d bytes, a frame takes %d"
              .formatted(message.getContentCase(), bytes.length, BYTES_MAX));
    }
    return bytes;
  }

  /** Reads what {@link #encode} wrote. */
  public static AgentFrame decode(byte[] bytes) throws BadFrame {
    if (bytes.length > BYTES_MAX) {
      throw new BadFrame("%d bytes, a frame takes %d".formatted(bytes.length, BYTES_MAX));
    }
    try {
      return decode(Binding.parse(io.mosu.protocol.v1.AgentFrame.parser(), bytes));
    } catch (IOException | IllegalArgumentException e) {
      throw new BadFrame("no frame of ours: " + e.getMessage(), e);
    }
  }

  private static void put(HostReport report, io.mosu.protocol.v1.AgentFrame.Builder message) {
    if (report instanceof HostReport.Hello hello) {
      message.setHello(HostCodec.encode(hello));
    } else if (report instanceof HostReport.Renewal renewal) {
      message.setRenewal(HostCodec.encode(renewal));
    } else if (report instanceof HostReport.TaskStarted started) {
      message.setTaskStarted(HostCodec.encode(started));
    } else if (report instanceof HostReport.TaskExited exited) {
      message.setTaskExited(HostCodec.encode(exited));
    } else if (report instanceof HostReport.Signs signs) {
      message.setDeviceSigns(HealthCodec.encode(signs));
    } else if (report instanceof HostReport.CanaryEnded ended) {
      message.setCanaryEnded(HealthCodec.encode(ended));
    } else if (report instanceof HostReport.Measured measured) {
      message.setHostMeasured(FiguresCodec.encode(measured));
    }
  }

  private static void put(HostOrder order, io.mosu.protocol.v1.AgentFrame.Builder message) {
    if (order instanceof HostOrder.Welcome welcome) {
      message.setWelcome(HostCodec.encode(welcome));
    } else if (order instanceof HostOrder.Renewed renewed) {
      message.setRenewed(HostCodec.encode(renewed));
    } else if (order instanceof HostOrder.Refused refused) {
      message.setAgentRefused(HostCodec.encode(refused));
    } else if (order instanceof HostOrder.StartTask start) {
      message.setStartTask(HostCodec.encode(start));
    } else if (order instanceof HostOrder.StopTask stop) {
      message.setStopTask(HostCodec.encode(stop));
    } else if (order instanceof HostOrder.EndAcknowledged end) {
      message.setEndAcknowledged(HostCodec.encode(end));
    } else if (order instanceof HostOrder.SignsKept kept) {
      message.setSignsKept(HealthCodec.encode(kept));
    } else if (order instanceof HostOrder.RunCanary canary) {
      message.setRunCanary(HealthCodec.encode(canary));
    }
  }

  private static AgentFrame decode(io.mosu.protocol.v1.AgentFrame frame) {
    return switch (frame.getContentCase()) {
      case HELLO -> new AgentFrame.Report(HostCodec.decode(frame.getHello()));
      case RENEWAL -> new AgentFrame.Report(HostCodec.decode(frame.getRenewal()));
      case TASK_STARTED -> new AgentFrame.Report(HostCodec.decode(frame.getTaskStarted()));
      case TASK_EXITED -> new AgentFrame.Report(HostCodec.decode(frame.getTaskExited()));
      case WELCOME -> new AgentFrame.Order(HostCodec.decode(frame.getWelcome()));
      case RENEWED -> new AgentFrame.Order(HostCodec.decode(frame.getRenewed()));
      case AGENT_REFUSED -> new AgentFrame.Order(HostCodec.decode(frame.getAgentRefused()));
      case START_TASK -> new AgentFrame.Order(HostCodec.decode(frame.getStartTask()));
      case STOP_TASK -> new AgentFrame.Order(HostCodec.decode(frame.getStopTask()));
      case END_ACKNOWLEDGED -> new AgentFrame.Order(HostCodec.decode(frame.getEndAcknowledged()));
      case DEVICE_SIGNS -> new AgentFrame.Report(HealthCodec.decode(frame.getDeviceSigns()));
      case CANARY_ENDED -> new AgentFrame.Report(HealthCodec.decode(frame.getCanaryEnded()));
      case HOST_MEASURED -> new AgentFrame.Report(FiguresCodec.decode(frame.getHostMeasured()));
      case SIGNS_KEPT -> new AgentFrame.Order(HealthCodec.decode(frame.getSignsKept()));
      case RUN_CANARY -> new AgentFrame.Order(HealthCodec.decode(frame.getRunCanary()));
      case LOG_READ -> {
        LogReadRequest read = frame.getLogRead();
        yield new AgentFrame.Read(
            read.getRequest(),
            HostCodec.decode(Check.present(read.hasRead(), read.getRead(), "read")));
      }
      case LOG_PIECE -> {
        LogReadAnswer answer = frame.getLogPiece();
        yield new AgentFrame.Piece(
            answer.getRequest(),
            HostCodec.decode(Check.present(answer.hasPiece(), answer.getPiece(), "piece")));
      }
      case STREAM_OPENING -> {
        StreamOpening opening = frame.getStreamOpening();
        yield new AgentFrame.Open(
            Check.count(opening.getStream(), "stream"),
            StreamCodec.decode(Check.present(opening.hasOpen(), opening.getOpen(), "open")));
      }
      case STREAM_SAID -> new AgentFrame.Said(StreamCodec.decode(frame.getStreamSaid()));
      case CONTENT_NOT_SET -> throw new IllegalArgumentException("an empty frame");
    };
  }
}
