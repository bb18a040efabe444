// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.wire;

import io.mosu.scheduler.host.AgentFrame;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.apache.pekko.NotUsed;
import org.apache.pekko.stream.ThrottleMode;
import org.apache.pekko.stream.javadsl.Flow;
import org.apache.pekko.stream.javadsl.Source;
import org.apache.pekko.util.ByteString;

/**
 * Frames that travel in one WebSocket message, each behind its length in 4 bytes. A message costs
 * its receiver a stream of its own, so an agent of a thousand nodes must not send one per frame.
 */
public final class FrameBundle {

  /** Bytes before each frame. */
  public static final int PREFIX = Integer.BYTES;

  /** A bundle is closed here; only one that is a single frame may be larger. */
  private static final int BYTES = 32 * 1024;

  /** Messages a second at most, when more is to be said: the rest rides along. */
  private static final int PER_SECOND = 200;

  /** Messages that leave at once after a silence. */
  private static final int BURST = 20;

  private FrameBundle() {}

  /**
   * A bundle of {@code frame} alone.
   *
   * @throws IllegalArgumentException if it takes more than {@link AgentFrames#BYTES_MAX}
   */
  public static ByteString of(AgentFrame frame) {
    byte[] bytes = AgentFrames.encode(frame);
    ByteBuffer bundle = ByteBuffer.allocate(PREFIX + bytes.length).putInt(bytes.length).put(bytes);
    return ByteString.fromArrayUnsafe(bundle.array());
  }

  /** What is {@code urgent} overtakes {@code bulk}, which ends with it. */
  public static Source<ByteString, NotUsed> merging(
      Source<ByteString, NotUsed> urgent, Source<ByteString, NotUsed> bulk) {
    return bulk.mergePreferred(urgent, true, true);
  }

  /** Joins bundles while they wait to be sent. */
  public static Flow<ByteString, ByteString, NotUsed> joining() {
    return Flow.<ByteString>create()
        .batchWeighted(BYTES, bytes -> (long) bytes.size(), first -> first, ByteString::concat)
        .throttle(PER_SECOND, Duration.ofSeconds(1), BURST, ThrottleMode.shaping());
  }

  /** Reads what {@link #of} and {@link #joining} wrote; at least one frame. */
  public static List<AgentFrame> read(ByteString bundle) throws BadFrame {
    ByteBuffer bytes = bundle.asByteBuffer();
    List<AgentFrame> frames = new ArrayList<>();
    do {
      int length = bytes.remaining() < PREFIX ? -1 : bytes.getInt();
      if (length < 0 || length > bytes.remaining()) {
        throw new BadFrame("no bundle of ours: a frame is cut off");
      }
      byte[] frame = new byte[length];
      bytes.get(frame);
      frames.add(AgentFrames.decode(frame));
    } while (bytes.hasRemaining());
    return frames;
  }
}
