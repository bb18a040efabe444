// Copyright The Mosu Authors
// SPDX-License-Identifier: Apache-2.0
package io.mosu.scheduler.host;

import static org.assertj.core.api.Assertions.assertThat;

import io.mosu.scheduler.host.StreamPart.Channel;
import io.mosu.scheduler.host.StreamPart.Data;
import java.io.ByteArrayOutputStream;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.SplittableRandom;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StreamPumpTest {

  private record Sent(long sequence, StreamPart part) {}

  /** One side with the way that leads from it. */
  private static final class Side implements StreamPump.Ends {
    final Deque<Sent> way = new ArrayDeque<>();
    final Deque<StreamPart> handed = new ArrayDeque<>();
    final StreamPump pump = new StreamPump(this);
    int ready = 1;

    @Override
    public void toPeer(long sequence, StreamPart part) {
      way.add(new Sent(sequence, part));
    }

    @Override
    public void toLocal(StreamPart part) {
      handed.add(part);
    }

    boolean hears(Side other) {
      Sent next = other.way.remove();
      return pump.follows(next.sequence()) && pump.fromPeer(next.part());
    }

    int onItsWay() {
      return way.stream()
          .map(Sent::part)
          .mapToInt(
              part -> part instanceof Data data ? data.bytes().length + StreamPump.PART_COST : 0)
          .sum();
    }
  }

  @ParameterizedTest(name = "seed {0}")
  @ValueSource(longs = {1, 2, 3, 4, 5, 6, 7, 8})
  void allArrivesInOrderAndNeverMoreThanTheWindowIsOnItsWay(long seed) {
    SplittableRandom random = new SplittableRandom(seed);
    Side from = new Side();
    Side to = new Side();
    ByteArrayOutputStream sent = new ByteArrayOutputStream();
    ByteArrayOutputStream got = new ByteArrayOutputStream();
    for (int step = 0; step < 20_000; step++) {
      int choice = random.nextInt(4);
      if (choice == 0 && from.ready > 0 && sent.size() < 2_000_000) {
        byte[] bytes =
            new byte[random.nextBoolean() ? random.nextInt(4) : random.nextInt(1, 16_385)];
        random.nextBytes(bytes);
        sent.writeBytes(bytes);
        from.ready--;
        from.pump.fromLocal(new Data(Channel.INPUT, bytes, false), () -> from.ready++);
      } else if (choice == 1 && !from.way.isEmpty()) {
        assertThat(to.hears(from)).isTrue();
      } else if (choice == 2 && !to.handed.isEmpty()) {
        got.writeBytes(((Data) to.handed.remove()).bytes());
        to.pump.taken();
      } else if (choice == 3 && !to.way.isEmpty()) {
        assertThat(from.hears(to)).isTrue();
      }
      assertThat(from.onItsWay()).isLessThanOrEqualTo(StreamPump.WINDOW);
      assertThat(to.handed).hasSizeLessThanOrEqualTo(1);
    }
    while (!from.way.isEmpty() || !to.way.isEmpty() || !to.handed.isEmpty()) {
      if (!from.way.isEmpty()) {
        assertThat(to.hears(from)).isTrue();
      }
      if (!to.handed.isEmpty()) {
        got.writeBytes(((Data) to.handed.remove()).bytes());
        to.pump.taken();
      }
      if (!to.way.isEmpty()) {
        assertThat(from.hears(to)).isTrue();
      }
    }
    assertThat(got.toByteArray()).isEqualTo(sent.toByteArray());
    assertThat(to.pump.drained() && from.pump.allSent()).isTrue();
    assertThat(sent.size()).isGreaterThan(1_000_000);
  }

  @Test
  void whoIsNotReadWaitsAndGoesOnWhenRead() {
    Side from = new Side();
    Side to = new Side();
    from.ready = 0;
    for (int i = 0; i < 20; i++) {
      from.pump.fromLocal(new Data(Channel.OUTPUT, new byte[16_384], false), () -> from.ready++);
    }
    assertThat(from.ready).isEqualTo(7); // as many as the window takes
    assertThat(from.pump.allSent()).isFalse();
    while (!from.way.isEmpty()) {
      assertThat(to.hears(from)).isTrue();
    }
    to.pump.taken();
    assertThat(to.way).isEmpty();
    to.pump.taken();
    assertThat(from.hears(to)).isTrue();
    assertThat(from.ready).isEqualTo(9);
  }

  @Test
  void whoBreaksTheWindowIsNotHeard() {
    Side side = new Side();
    for (int i = 0; i < 7; i++) {
      assertThat(side.pump.fromPeer(new Data(Channel.INPUT, new byte[16_384], false))).isTrue();
    }
    for (int i = 0; i < 24; i++) {
      assertThat(side.pump.fromPeer(new Data(Channel.INPUT, new byte[0], false))).isTrue();
    }
    assertThat(side.pump.fromPeer(new Data(Channel.INPUT, new byte[0], false))).isTrue();
    assertThat(side.pump.fromPeer(new Data(Channel.INPUT, new byte[16_384], false))).isFalse();
    assertThat(new Side().pump.fromPeer(new StreamPart.Credit(1))).isFalse();
  }

  @Test
  void lostPartIsNoticed() {
    Side from = new Side();
    Side to = new Side();
    for (int i = 0; i < 3; i++) {
      from.pump.fromLocal(new Data(Channel.INPUT, new byte[] {1}, false), () -> {});
    }
    assertThat(to.hears(from)).isTrue();
    from.way.remove();
    assertThat(to.hears(from)).isFalse();
  }
}
