// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import java.util.ArrayDeque;
import java.util.Deque;
import org.jspecify.annotations.Nullable;

/**
 * One side of a stream: neither side is ever ahead of the other by more than {@link #WINDOW}, so
 * that whoever reads slowly holds up nothing but its own stream. Both sides run one; it belongs to
 * one thread.
 */
public final class StreamPump {

  /** How far one side may be ahead of the other, in bytes. */
  public static final int WINDOW = 128 * 1024;

  /** What a part costs of the window beside its bytes, so that small ones are bounded too. */
  public static final int PART_COST = 512;

  private static final int CREDIT_MIN = WINDOW / 4;

  /** Where parts go; must only hand them over. */
  public interface Ends {
    void toPeer(long sequence, StreamPart part);

    /** The next comes after {@link StreamPump#taken}. */
    void toLocal(StreamPart part);
  }

  private final Ends ends;
  private final Deque<Waiting> outgoing = new ArrayDeque<>();
  private final Deque<StreamPart> incoming = new ArrayDeque<>();
  private @Nullable StreamPart handedOver;
  private int sendable = WINDOW;
  private int uncredited;
  private int unread;
  private long said;
  private long heard;

  private record Waiting(StreamPart part, Runnable sent) {}

  public StreamPump(Ends ends) {
    this.ends = ends;
  }

  /**
   * Sends {@code part} once the window has room; then {@code sent} runs. Each local source waits
   * for that before it gives more.
   */
  public void fromLocal(StreamPart part, Runnable sent) {
    outgoing.add(new Waiting(part, sent));
    send();
  }

  /** Says what costs nothing of the window. */
  public void say(StreamPart part) {
    said++;
    ends.toPeer(said, part);
  }

  /** Whether nothing was lost before the part of that sequence. */
  public boolean follows(long sequence) {
    if (sequence != 0) {
      heard++;
    }
    return sequence == 0 || sequence == heard;
  }

  /** Takes what the other side said; false if it broke the window, which ends the stream. */
  public boolean fromPeer(StreamPart part) {
    if (part instanceof StreamPart.Credit credit) {
      if (credit.bytes() > WINDOW - sendable) {
        return false;
      }
      sendable += credit.bytes();
      send();
      return true;
    }
    unread += cost(part);
    if (unread > WINDOW) {
      return false;
    }
    incoming.add(part);
    handOver();
    return true;
  }

  /** The local side has taken in what it was handed. */
  public void taken() {
    if (handedOver != null) {
      uncredited += cost(handedOver);
      handedOver = null;
      if (uncredited >= CREDIT_MIN) {
        say(new StreamPart.Credit(uncredited));
        unread -= uncredited;
        uncredited = 0;
      }
      handOver();
    }
  }

  /** Whether nothing local waits for room in the window. */
  public boolean allSent() {
    return outgoing.isEmpty();
  }

  /** Whether the local side has taken in all that came. */
  public boolean drained() {
    return handedOver == null && incoming.isEmpty();
  }

  private void send() {
    while (!outgoing.isEmpty() && cost(outgoing.element().part()) <= sendable) {
      Waiting next = outgoing.remove();
      sendable -= cost(next.part());
      say(next.part());
      next.sent().run();
    }
  }

  private void handOver() {
    if (handedOver == null && !incoming.isEmpty()) {
      handedOver = incoming.remove();
      ends.toLocal(handedOver);
    }
  }

  private static int cost(StreamPart part) {
    return PART_COST + (part instanceof StreamPart.Data data ? data.bytes().length : 0);
  }
}
